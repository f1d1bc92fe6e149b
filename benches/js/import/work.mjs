/**
 * Importing a CSV file into a draft, validating and launching it, as in `benches/import.rs`: through the engine in
 * wasm, with JavaScript objects in and out.
 */

/** A new draft of an email campaign with a sequence of two emails and no prospects, and the work on it. */
class Draft {
  constructor(engine) {
    this.engine = engine;
    this.user = engine.createUser({}).id;
    const sender = { type: "email", email_address: "ana@example.com", first_name: "Ana" };
    const account = engine.addAccount(this.user, sender).id;
    const request = { type: "email", name: "Import", sender_account_ids: [account] };
    this.id = engine.createCampaign(this.user, request).campaign.id;
    const first = {
      type: "email",
      subject: "Hello %first_name%",
      body: "How is %company%? %custom_fields.Deal Size% %last_name|there%",
    };
    const second = { type: "email", body: "Did you see this, %name%? %sender_name%", is_reply: true };
    engine.updateCampaign(this.user, this.id, { sequence_nodes: [first, { type: "delay", delay_days: 2 }, second] });
  }

  import(csv) {
    const { mapping, content_hash, total } = this.engine.previewCsv(this.user, csv);
    return timed(() => this.engine.importCsv(this.user, this.id, csv, { mapping, content_hash }).imported === total);
  }

  validate() {
    return timed(() => this.engine.validate(this.user, this.id).ready);
  }

  launch() {
    return timed(() => this.engine.launch(this.user, this.id).enrolled > 0);
  }

  close() {
    this.engine.close();
    this.engine.free();
  }
}

/** The microseconds that some work takes; the work returns whether it did what it should. */
export function timed(work) {
  const start = performance.now();
  const isDone = work();
  const took = (performance.now() - start) * 1000;
  if (!isDone) throw new Error("the work was not done");
  return took;
}

/** Rounds of `import`, `validate` or `launch`, each in a new database that `open` makes. */
export function rounds(open, csv) {
  return async (operation) => {
    const draft = new Draft(await open());
    const imported = draft.import(csv);
    const took = operation === "import" ? imported : draft[operation]();
    draft.close();
    return took;
  };
}

/** How many bytes an import made the memory of the module grow. */
export async function growth(memory, open, csv) {
  const draft = new Draft(await open());
  const before = memory.buffer.byteLength;
  draft.import(csv);
  draft.close();
  return memory.buffer.byteLength - before;
}
