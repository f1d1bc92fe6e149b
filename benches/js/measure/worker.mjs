/** A contender in a worker: the first message names the module that opens it; it replies to each later one. */

let contender;

addEventListener("message", async ({ data }) => {
  try {
    if (contender) return postMessage({ answer: await contender(data) });
    const { open } = await import(data.module);
    contender = await open(data.options);
    postMessage({});
  } catch (error) {
    postMessage({ error: String(error?.stack ?? error) });
  }
});
