import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Lists the built files for the service worker, which keeps them for use without a network. */
function offline(): Plugin {
  return {
    name: "studio-offline",
    apply: "build",
    generateBundle(_, bundle) {
      const files = ["./", "./icon.svg", ...Object.keys(bundle).map((file) => `./${file}`)];
      const source = `const FILES = ${JSON.stringify(files)};\n${SERVICE_WORKER}`;
      this.emitFile({ type: "asset", fileName: "sw.js", source });
    },
  };
}

/** The names of built files contain their hashes: the same list is the same version. */
const SERVICE_WORKER = `
const version = crypto.subtle
  .digest("SHA-256", new TextEncoder().encode(FILES.join()))
  .then((hash) => "studio-" + Array.from(new Uint8Array(hash).slice(0, 8), (byte) => byte.toString(16)).join(""));

addEventListener("install", (event) => event.waitUntil(version.then((name) => caches.open(name)).then(
  (cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" }))),
)));

addEventListener("activate", (event) => event.waitUntil(version.then(async (name) => {
  for (const old of await caches.keys()) if (old.startsWith("studio-") && old !== name) await caches.delete(old);
  await clients.claim();
})));

addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin) return;
  // There is one page for every route; any other address is that of a file.
  const file = pathname === new URL("./", location.href).pathname ? "./" : event.request;
  event.respondWith(version.then((name) => caches.open(name)).then(
    async (cache) => (await cache.match(file, { ignoreVary: true })) ?? fetch(event.request),
  ));
});
`;

export default defineConfig({ base: "./", plugins: [react(), offline()], build: { target: "es2023" } });
