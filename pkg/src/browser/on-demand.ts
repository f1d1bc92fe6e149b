/** The part of the engine that few calls need. */

import { CampaignKitError, storageUnavailable } from "../error.js";

const unloadable = storageUnavailable("the WebAssembly of campaignkit could not be loaded");

export class OnDemand {
  readonly #engine: WebAssembly.Exports;
  readonly #url: URL;
  isLoaded = false;

  /** @param engine What the engine exports, which this part of it uses. */
  constructor(engine: WebAssembly.Exports, url: URL) {
    this.#engine = engine;
    this.#url = url;
  }

  /** Loads it, if it is not there; what fails may be tried again. */
  async load(): Promise<void> {
    if (this.isLoaded) return;
    try {
      const response = await fetch(this.#url);
      if (!response.ok) throw new Error(`status ${response.status}`);
      this.#add(await WebAssembly.compile(await response.arrayBuffer()));
    } catch (cause) {
      throw new CampaignKitError(unloadable, { cause });
    }
  }

  /** The same for the engine in the middle of its work, as when it opens a database of an older version: it cannot wait. */
  loadNow(): void {
    if (this.isLoaded) return;
    const request = new XMLHttpRequest();
    request.open("GET", this.#url, false);
    request.responseType = "arraybuffer";
    request.send();
    this.#add(new WebAssembly.Module(request.response as ArrayBuffer));
  }

  #add(module: WebAssembly.Module): void {
    new WebAssembly.Instance(module, { m: this.#engine });
    this.isLoaded = true;
  }
}
