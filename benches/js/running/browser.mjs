/** The contender that runs a campaign in a browser. */

import { engineHere } from "../measure/engine.mjs";
import { rounds, simulated } from "./work.mjs";

export async function open({ prospects }) {
  const { Engine } = await engineHere();
  return rounds(() => simulated(Engine), prospects);
}
