import commonjs from "@rollup/plugin-commonjs";
import resolve from "@rollup/plugin-node-resolve";
import replace from "@rollup/plugin-replace";

export default {
  input: "main.jsx",
  output: { dir: "www" },
  // React needs all of them.
  plugins: [resolve(), commonjs(), replace({ preventAssignment: true, "process.env.NODE_ENV": '"production"' })],
};
