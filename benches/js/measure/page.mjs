/** Contenders of one page, which are called by number from outside. */

const contenders = [];

const PLACES = {
  async page(module, options) {
    const { open } = await import(module);
    return open(options);
  },
  async worker(module, options) {
    const worker = new Worker("/benches/measure/worker.mjs", { type: "module" });
    const ask = (message) =>
      new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => ("error" in data ? reject(new Error(data.error)) : resolve(data.answer));
        worker.onerror = (event) => reject(new Error(event.message));
        worker.postMessage(message);
      });
    await ask({ module, options });
    return ask;
  },
};

globalThis.start = async (module, options, place) => contenders.push(await PLACES[place](module, options)) - 1;

globalThis.answer = (index, ask) => contenders[index](ask);
