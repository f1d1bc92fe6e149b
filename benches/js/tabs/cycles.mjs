/** How many bytes the memory of the module grows while databases on OPFS are opened, used and closed. */

import { engineHere } from "../measure/engine.mjs";

const WORKS = { cycle, call };

/** After this many calls a campaign is deleted again. */
const CALLS_PER_CAMPAIGN = 100;

export async function open() {
  const { Engine, memory } = await engineHere();
  return async ({ work, times }) => {
    await WORKS[work](Engine, Math.ceil(times / 50));
    const before = memory.buffer.byteLength;
    await WORKS[work](Engine, times);
    return memory.buffer.byteLength - before;
  };
}

async function cycle(Engine, times) {
  for (let left = times; left > 0; left--) {
    const engine = await Engine.openOpfs("cycle");
    begin(engine);
    close(engine);
  }
}

async function call(Engine, times) {
  const engine = await Engine.openOpfs("call");
  const { user, request } = begin(engine);
  for (let left = times; left > 0; left -= CALLS_PER_CAMPAIGN) {
    const { id } = engine.createCampaign(user, request).campaign;
    for (let reads = 2; reads < CALLS_PER_CAMPAIGN; reads += 2) {
      engine.getCampaign(user, id);
      engine.listCampaigns(user, {});
    }
    engine.deleteCampaign(user, id);
  }
  close(engine);
}

function begin(engine) {
  const user = engine.createUser({}).id;
  const account = engine.addAccount(user, { type: "email", email_address: "ana@example.com" }).id;
  return { user, request: { type: "email", name: "Q2 Enterprise Outreach", sender_account_ids: [account] } };
}

function close(engine) {
  engine.close();
  engine.free();
}
