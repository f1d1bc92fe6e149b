/** The versions of the tools that people build with. */

import { pinned } from "../packed.mjs";

export const PINNED = {
  webpack: ["webpack@5.113.0", "webpack-cli@7.3.1", "webpack-dev-server@5.2.7"],
  rollup: [
    "rollup@4.68.8",
    "@rollup/plugin-commonjs@29.0.3",
    "@rollup/plugin-node-resolve@16.0.3",
    "@rollup/plugin-replace@6.0.3",
    "@rollup/plugin-terser@1.0.2",
  ],
  esbuild: [`esbuild@${pinned.esbuild}`],
  next: ["next@16.4.6"],
  vite: [`vite@${pinned.vite}`, "@vitejs/plugin-react@6.3.0"],
};
export const REACT = [`react@${pinned.react}`, `react-dom@${pinned["react-dom"]}`];
