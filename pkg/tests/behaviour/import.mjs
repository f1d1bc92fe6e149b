/** CSV files. */

import { equal, refused, invalid, bytes, uuid7, begin } from "./words.mjs";

export const cases = {
  async "a file becomes the leads of a list, and the report of an import a file"(kit) {
    const { reportCsv } = await import(new URL("../../dist/report-csv.js", import.meta.url).href);
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign(request);
    const { id } = await me.createList({ name: "File" });
    await me.addSuppressions({ suppressions: [{ type: "email_address", value: "no@x.yz" }] });
    const text = `Email,"A, ""B"""\na@x.yz; b@x.yz,\nno@x.yz,\na@x.yz,\nbad,${"x".repeat(10_001)}\n`;
    const file = new TextEncoder().encode(text);
    const { content_hash } = await me.previewCsv(file);
    const leads = await me.importCsvIntoList(id, file, { mapping: ["email"], content_hash });
    equal([leads.added, leads.duplicates, leads.invalid, leads.invalid_rows[0].line], [2, 1, 1, 5]);
    const report = await me.importCsv(campaign.id, file, { mapping: ["email"], content_hash });
    const { prospect_id } = report.outcomes[0];
    equal(reportCsv(report).split("\r\n"), [
      "line,lead_id,outcome,prospect_id,reason,notices,issues",
      `2,,imported,${prospect_id},,more_addresses,`,
      "3,,suppressed,,manual,,",
      `4,,duplicate,${prospect_id},,,`,
      '5,,invalid,,,,"email: malformed_email; custom_fields.A, ""B"": too_long"',
      "",
    ]);
  },

  async "a CSV file is previewed and imported, and stays the caller's"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign(request);
    const file = bytes(
      '\ufeffE-Mail;Vorname;Notiz\r\nbo@example.com;Bo;"zwei\r\nZeilen; ""ja"""\r\nnobody;Cy;\r\nBO@example.com;Bo;\r\n',
    );
    const preview = await me.previewCsv(file);
    const { mapping, content_hash } = preview;
    equal(preview, {
      encoding: "utf-8",
      is_encoding_guessed: false,
      delimiter: ";",
      header_line: 1,
      has_header: true,
      columns: [
        { name: "E-Mail", samples: ["bo@example.com", "nobody", "BO@example.com"] },
        { name: "Vorname", samples: ["Bo", "Cy", "Bo"] },
        { name: "Notiz", samples: ['zwei\r\nZeilen; "ja"'] },
      ],
      mapping: ["email", "first_name", null],
      rows: [
        ["bo@example.com", "Bo", 'zwei\r\nZeilen; "ja"'],
        ["nobody", "Cy", ""],
        ["BO@example.com", "Bo", ""],
      ],
      total: 3,
      warnings: [],
      content_hash,
    });

    const around = new Uint8Array(file.length + 20).fill(7);
    around.set(file, 9);
    const view = around.subarray(9, 9 + file.length);
    equal(await me.previewCsv(view), preview, "bytes in a part of a buffer");
    equal(await me.previewCsv(file.buffer), preview, "an ArrayBuffer");
    const chosen = new Blob([file]);
    equal(await me.previewCsv(chosen), preview, "a Blob");

    await refused(me.importCsv(campaign.id, around, { mapping, content_hash }), "conflict", 409, "content_changed");
    await invalid(
      me.importCsv(campaign.id, file, { mapping: ["email", "email"], content_hash }),
      "mapping[1]: duplicate",
    );
    await invalid(me.importCsv(campaign.id, file, { mapping: ["name"], content_hash }), "mapping: required");
    const { outcomes, ...counts } = await me.importCsv(campaign.id, file, { mapping, content_hash });
    equal(counts, { imported: 1, updated: 0, duplicates: 1, suppressed: 0, invalid: 1, total: 3 });
    equal(
      outcomes.map(({ outcome, line, issues }) => [outcome, line, issues?.map(({ path, code }) => `${path}: ${code}`)]),
      [
        ["imported", 2, undefined],
        ["invalid", 4, ["email: malformed_email"]],
        ["duplicate", 5, undefined],
      ],
    );
    equal((await me.getProspect(outcomes[0].prospect_id)).custom_fields, { Notiz: 'zwei\r\nZeilen; "ja"' });
    for (const again of [view, chosen])
      equal((await me.importCsv(campaign.id, again, { mapping, content_hash })).imported, 0, "the same file again");
    equal([...view], [...file], "the bytes were not transferred");
  },

  async "a file is read in its detected or given encoding"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign(request);
    const decoded = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    for (const [encoding, base64, name] of [
      ["windows-1252", "RW1haWwsTmFtZQphQHguY29tLFpv6yCWIJPWbJQg3GJlbAo=", "Zoë – “Öl” Übel"],
      ["windows-1251", "RW1haWwsyOz/CmFAeC5jb20syOLg7SDR7Ojw7e7iCg==", "Иван Смирнов"],
      ["shift_jis", "RW1haWwsjoGWvAphQHguY29tLJVcjHaOWoNcg3SDZwo=", "表計算ソフト"],
      ["gb18030", "RW1haWws0NXD+wphQHguY29tLM310KHD9wo=", "王小明"],
      ["big5", "RW1haWwsqW2mVwphQHguY29tLLOvpGqk5Qo=", "陳大文"],
      ["euc-kr", "RW1haWwswMy4pwphQHguY29tLLHow7a89iCU7go=", "김철수 뷁"],
    ]) {
      const { rows, ...preview } = await me.previewCsv(decoded(base64));
      equal([preview.encoding, preview.is_encoding_guessed, rows[0][1]], [encoding, true, name]);
      const given = await me.previewCsv(decoded(base64), { encoding });
      equal([given.encoding, given.is_encoding_guessed, given.rows], [encoding, false, rows]);
    }
    const macintosh = decoded("RW1haWwsTmFtZQ1hQHguY29tLEpvc44N");
    const reading = { encoding: "macintosh" };
    const { mapping, content_hash, rows } = await me.previewCsv(macintosh, reading);
    equal(rows, [["a@x.com", "José"]]);
    await refused(me.importCsv(campaign.id, macintosh, { mapping, content_hash }), "conflict", 409, "content_changed");
    equal((await me.importCsv(campaign.id, macintosh, { mapping, content_hash, ...reading })).imported, 1);
    await invalid(me.previewCsv(macintosh, { encoding: "klingon" }), "encoding: unknown_value");
    await invalid(me.previewCsv(macintosh, { encoding: "shift_jis" }), "bytes: malformed_encoding");
    await invalid(me.previewCsv(bytes("%PDF-1.7")), "bytes: not_a_csv_file");
  },

  async "a file is read as it was when the call was made, whatever the other arguments"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign(request);
    for (const rows of [1, 10_000]) {
      const text = `email\n${"bo@example.com\n".repeat(rows)}`;
      const { mapping, content_hash } = await me.previewCsv(bytes(text));
      // A proxy, which reactive libraries make, cannot be cloned.
      for (const given of [{ mapping, content_hash }, new Proxy({ mapping, content_hash }, {})]) {
        const file = bytes(text);
        const importing = [me.importCsv(campaign.id, file, given), me.importCsv(campaign.id, file.buffer, given)];
        file.fill(0);
        equal(
          (await Promise.all(importing)).map(({ total }) => total),
          [rows, rows],
        );
      }
    }
  },

  async "only bytes are accepted as a file"(kit) {
    const { me } = await begin(kit);
    for (const value of [
      "email\n",
      7,
      true,
      [101],
      {},
      new Uint16Array(2),
      new DataView(new ArrayBuffer(2)),
      () => {},
      Symbol("s"),
    ]) {
      await invalid(me.previewCsv(value), "bytes: wrong_type");
    }
    await invalid(me.previewCsv(), "bytes: required");
    await invalid(me.previewCsv(new Uint8Array()), "bytes: empty");
    await invalid(me.previewCsv(bytes('email\n"bo')), "bytes: unterminated_quote");
    const gone = bytes("email\n");
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    for (const value of [gone, gone.buffer]) await invalid(me.previewCsv(value), "bytes: wrong_type");
    await invalid(
      me.importCsv(() => {}, bytes("email\n"), {}),
      "campaign_id: wrong_type",
    );
    await invalid(
      me.importCsv(uuid7(), bytes("email\n"), { mapping: bytes("email"), content_hash: bytes("hash") }),
      "mapping: wrong_type",
      "content_hash: wrong_type",
    );
  },

  async "the people of a campaign are exported, and imported again"(kit) {
    const { me, request } = await begin(kit);
    const [{ campaign }, { campaign: copy }] = [
      await me.createCampaign(request),
      await me.createCampaign({ ...request, name: "Copy" }),
    ];
    const text = async (query) => await new Response(await me.exportProspects(campaign.id, query)).text();
    const header =
      "email,linkedin_url,first_name,last_name,name,company,position,headline,time_zone,status,sender,step," +
      "first_contact_at,last_contact_at,replied_at,bounced_at,opened_at,suppressed_reason,prospect_id";
    equal(await text(), `${header}\r\n`, "nobody");
    const prospects = [
      { email: "bo@example.com", name: "Zoë 漢", custom_fields: { Plan: "=1+1", note: 'two\nlines, "quoted"' } },
      { email: "'cy@example.com", company: "-" + "x".repeat(200) },
    ];
    for (let n = 0; n < 1_200; n++) prospects.push({ email: `p${n}@example.com` });
    for (let at = 0; at < prospects.length; at += 1_000)
      await me.addProspects(campaign.id, { prospects: prospects.slice(at, at + 1_000) });

    const stream = await me.exportProspects(campaign.id, { status: "pending" });
    await me.addProspects(campaign.id, { prospects: [{ email: "late@example.com" }] });
    const file = new Uint8Array(await new Response(stream).arrayBuffer());
    equal([...file.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
    const lines = new TextDecoder().decode(file).split("\r\n");
    equal(lines[0], `${header},custom_fields.Plan,custom_fields.note`);
    equal(lines[1].replace(/[0-9a-f-]{36}/, "ID"), `bo@example.com,,,,Zoë 漢,,,,,pending,,,,,,,,,ID,'=1+1,"two\nlines, ""quoted"""`);

    const { mapping, content_hash } = await me.previewCsv(file);
    const report = await me.importCsv(copy.id, file, { mapping, content_hash });
    equal([report.imported, report.invalid], [1_202, 0], "nobody who came after the export began");
    const [bo, cy] = (await me.listProspects(copy.id, { limit: 2 })).prospects;
    equal([bo.name, bo.custom_fields], ["Zoë 漢", prospects[0].custom_fields]);
    equal([cy.email, cy.company], [prospects[1].email, prospects[1].company]);

    equal(await text({ status: "replied" }), `${header}\r\n`, "nobody of that status");
    await invalid(me.exportProspects(campaign.id, { status: "gone" }), "status: unknown_value");
    await refused(me.exportProspects(uuid7(1)), "not_found", 404, "campaign_not_found");
    const left = (await me.exportProspects(campaign.id)).getReader();
    equal((await left.read()).done, false);
    await left.cancel();
    const broken = (await me.exportProspects(campaign.id)).getReader();
    equal((await broken.read()).done, false);
    await me.deleteCampaign(campaign.id);
    await refused(
      (async () => {
        while (!(await broken.read()).done);
      })(),
      "not_found",
      404,
      "campaign_not_found",
    );
  },

  async "an import takes a preview as it is, however the file was read"(kit) {
    const { me, request } = await begin(kit);
    const rows = "bo@example.com;Bo;x\ncy@example.com;Cy;y\n";
    const texts = [
      ["E-Mail;Vorname;Note\n" + rows],
      [rows],
      ["Our people\n\nE-Mail;Vorname;Note\n" + rows],
      ["email\nbo@example.com\ncy@example.com\n"],
      ["Name\nbo@example.com\ncy@example.com\n", { header_line: 0 }],
      ["a;b\nE-Mail;Vorname\nbo@example.com;Bo\ncy@example.com;Cy\n", { header_line: 2, delimiter: ";" }],
      ["E-Mail;Vorname\nbo@example.com;Bo\ncy@example.com;Zo\u00eb\n", { encoding: "utf-8" }],
    ];
    for (const [at, [text, reading]] of texts.entries()) {
      const { campaign } = await me.createCampaign({ ...request, name: `Import ${at}` });
      const preview = await me.previewCsv(bytes(text), reading);
      const report = await me.importCsv(campaign.id, bytes(text), { ...preview, mapping: ["email"], mode: "fill" });
      equal(report.imported, 2, text);
      if (preview.mapping.includes("email")) equal((await me.importCsv(campaign.id, bytes(text), preview)).duplicates, 2, text);
    }
  },
};
