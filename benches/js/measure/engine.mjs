/**
 * The engine in wasm with JavaScript objects in and out, and with what the package loads on demand at hand.
 *
 * @param glue The module `campaignkit.js`.
 * @param read Gives the bytes of a wasm file of the package.
 * @returns the class, and the memory of all that it opens.
 */
export async function engine(glue, read) {
  const engine = await glue.default({ module_or_path: await read("campaignkit_bg.wasm") });
  const rest = await WebAssembly.compile(await read("campaignkit_on_demand.wasm"));
  glue.onDemand(() => new WebAssembly.Instance(rest, { m: engine }));
  return { Engine: glue.Engine, memory: engine.memory };
}

/** The same in a browser, whose server has the package at `/dist/`. */
export async function engineHere() {
  const read = async (name) => (await fetch(`/dist/wasm/${name}`)).arrayBuffer();
  return engine(await import("/dist/wasm/campaignkit.js"), read);
}
