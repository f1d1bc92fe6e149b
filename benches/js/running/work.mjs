/**
 * Running a campaign as in `benches/running.rs`: through the engine in wasm, with JavaScript objects in and out.
 */

import { timed } from "../import/work.mjs";

const DAY_MS = 24 * 60 * 60 * 1000;

/** An engine in memory, with the clock at its start. */
export function simulated(Engine) {
  return Engine.openMemory({ seed: 1, now_ms: Date.parse("2026-04-22T10:00:00Z") });
}

/** A launched email campaign of this many prospects. */
const UNPACED = { sending_hours: null, min_gap_seconds: 0, gap_jitter_seconds: 0 };

class Running {
  constructor(engine, prospects, emails) {
    this.engine = engine;
    this.user = engine.createUser({}).id;
    const senders = [0, 1, 2].map((n) => {
      const sender = { type: "email", email_address: `ana${n}@example.com`, first_name: "Ana", daily_limit: 100_000, ...UNPACED };
      return engine.addAccount(this.user, sender).id;
    });
    const request = { type: "email", name: "Running", sender_account_ids: senders, daily_limit: 500 };
    this.id = engine.createCampaign(this.user, request).campaign.id;
    const email = { type: "email", subject: "Hello %first_name%", body: "How is %company%?" };
    const nodes = Array.from({ length: emails }, () => [{ type: "delay", delay_days: 1 }, email]).flat().slice(1);
    engine.updateCampaign(this.user, this.id, { sequence_nodes: nodes });
    const row = (n) => `p${n}@company${n % 977}.example,First${n % 100},Company ${n % 977}\n`;
    const csv = `Email,First Name,Company\n${Array.from({ length: prospects }, (_, n) => row(n)).join("")}`;
    const bytes = new TextEncoder().encode(csv);
    const { mapping, content_hash } = engine.previewCsv(this.user, bytes);
    engine.importCsv(this.user, this.id, bytes, { mapping, content_hash });
    engine.launch(this.user, this.id);
    this.events = 0;
  }

  claim() {
    this.engine.advance(DAY_MS);
    let tasks;
    const took = timed(() => (tasks = this.engine.claimDue(this.user, { max: 100 }).tasks).length === 100);
    for (const task of tasks) this.engine.complete(this.user, task.id, { outcome: "sent" });
    return { took, tasks };
  }

  plan(messages) {
    return timed(() => this.engine.plan(this.user, this.id).tasks.length === messages);
  }

  forecast() {
    return timed(() => this.engine.forecast(this.user, this.id).messages > 0);
  }

  event() {
    const { tasks } = this.claim();
    return timed(() => {
      for (const { prospect_id } of tasks) {
        this.events += 1;
        this.engine.recordEvent(this.user, { id: `event-${this.events}`, type: "replied", prospect_id });
      }
      return true;
    });
  }
}

/** Rounds of `claim`, `plan`, `forecast` or `event` with this many prospects, in engines that `open` makes. */
export function rounds(open, prospects) {
  let planned, running;
  return async (operation) => {
    planned ??= new Running(open(), prospects, 3);
    running ??= new Running(open(), prospects, 2);
    if (operation === "claim") return running.claim().took;
    if (operation === "plan") return planned.plan(3 * prospects);
    return operation === "forecast" ? planned.forecast() : running.event();
  };
}
