/** One of each kind of input that other software reads wrongly: people, files, templates and zones as they occur. */

import { UNPACED, begin, bytes, equal, invalid } from "./words.mjs";

/** Imports a file as its preview suggests; returns the people and the report about the rows. */
async function imported(kit, text, fields = {}) {
  const { me, request } = await begin(kit);
  const { campaign } = await me.createCampaign(request);
  const file = bytes(text);
  const { mapping, content_hash } = await me.previewCsv(file);
  const { outcomes } = await me.importCsv(campaign.id, file, { mapping, content_hash, ...fields });
  const { prospects } = await me.listProspects(campaign.id);
  return {
    people: prospects.map(({ email, first_name, company }) => [email, first_name, company].filter(Boolean).join("|")),
    told: outcomes.flatMap(({ line, issues, notices }) =>
      [...(issues ?? []), ...(notices ?? [])].map(({ code }) => `${line} ${code}`),
    ),
  };
}

export const cases = {
  async "the forms of a profile are one person, and other pages are refused"(kit) {
    const { me } = await begin(kit);
    const account = await me.addAccount({ type: "linkedin", profile_url: "linkedin.com/in/sam", ...UNPACED });
    const { campaign } = await me.createCampaign({
      type: "linkedin",
      name: "Founders",
      sender_account_ids: [account.id],
    });
    const add = (...urls) =>
      me.addProspects(campaign.id, { prospects: urls.map((linkedin_url) => ({ linkedin_url })) });
    const forms = [
      "https://www.linkedin.com/in/J%C3%BCrgen-Koch/",
      "de.linkedin.com/in/ju\u0308rgen-koch/en?trk=x",
      "https://m.linkedin.com//comm/in/jürgen-koch/details/experience/",
      "<http://touch.linkedin.com/mwlite/in/JÜRGEN-KOCH>;",
    ];
    const leads = ["linkedin.com/sales/lead/AbC,NAME_SEARCH,x", "linkedin.com/sales/people/AbC", "linkedin.com/sales/lead/aBc"];
    const { outcomes } = await add(...forms, ...leads);
    equal(
      outcomes.map(({ outcome }) => outcome),
      ["imported", "duplicate", "duplicate", "duplicate", "imported", "duplicate", "imported"],
    );
    await invalid(add("linkedin.com/company/acme"), "prospects[0].linkedin_url: malformed_profile_url");
  },

  async "an address in a cell is read in any form, and the first of several"(kit) {
    equal(
      await imported(
        kit,
        'Name,E-mail (use ;)\nAna,mailto:ana@example.com\nBo,"""Li, Bo"" <bo@example.com>"\nCy,cy@exam\u00adple.com;\n' +
          'Di,INFO@MÜNCHEN.example\nDi,info@xn--mnchen-3ya.example\nEd,"ed@example.com; ed@example.org"\n' +
          "Flo,flo@localhost\n",
      ),
      {
        people: [
          "ana@example.com|Ana",
          "bo@example.com|Bo",
          "cy@example.com|Cy",
          "info@xn--mnchen-3ya.example|Di",
          "ed@example.com|Ed",
        ],
        told: ["7 more_addresses", "8 malformed_email"],
      },
    );
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign(request);
    const file = bytes("Who,Where\nAna,Rome\n");
    const { mapping, content_hash } = await me.previewCsv(file);
    await invalid(me.importCsv(campaign.id, file, { mapping, content_hash }), "mapping: required");
  },

  async "a table is found in a file in any layout"(kit) {
    const people = ["ana@example.com|Ana|Acme, Inc.", "bo@example.com|Bo|Beta"];
    const rows = 'ana@example.com,Ana,"Acme, Inc."\nbo@example.com,Bo,Beta\n';
    for (const file of [
      `Attendees of the day,,\nGenerated: today,,\n,,\nEmail,First Name,Company\n${rows}`,
      '"Email,First Name,Company"\n"ana@example.com,Ana,""Acme, Inc."""\n"bo@example.com,Bo,Beta"\n',
      'Email, "First Name", "Company"\nana@example.com, "Ana", "Acme, Inc."\nbo@example.com, "Bo", "Beta"\n',
      'sep=;\r\nEmail;First Name;Company\r\nana@example.com;="Ana";Acme, Inc.\r\nbo@example.com;Bo;="Beta"\r\n',
      `\ufeffE-Mail-Adresse\tVorname\tFirma\rana@example.com\tAna\tAcme, Inc.\rbo@example.com\tBo\tBeta\r`,
    ]) {
      equal((await imported(kit, file)).people, people, file);
    }
    const { people: unnamed, told } = await imported(kit, "ana(at)example.com,Ana\nbo@example.com,Bo\n");
    equal([unnamed, told], [["bo@example.com"], ["1 malformed_email"]]);
  },

  async "another product's template syntax causes a warning, and a link is text"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign(request);
    const warnings = async (body) => {
      await me.updateCampaign(campaign.id, { sequence_nodes: [{ type: "email", subject: "Hi", body }] });
      return (await me.validate(campaign.id)).warnings.map(({ code }) => code);
    };
    for (const body of ["Hi *|FNAME|*", "Hi [First Name]", "Hi ${firstName}", "Hi «First_Name»", "Hi %%FirstName%%"]) {
      equal((await warnings(body)).includes("foreign_template_syntax"), true, body);
    }
    for (const body of ["See https://example.com/f%C3%BCr", "Save 50% or even 30% today"]) {
      const codes = await warnings(body);
      equal(codes.includes("foreign_template_syntax") || codes.includes("stray_percent"), false, body);
    }
  },

  async "another system's zone name is refused with the zones that it means"(kit) {
    for (const [time_zone, suggestion] of [
      ["UTC+2", "Etc/GMT-2"],
      ["GMT-05:00", "Etc/GMT+5"],
      ["Pacific Standard Time", "America/Los_Angeles"],
      ["Eastern Time (US & Canada)", "America/New_York"],
    ]) {
      const { issues } = await invalid(kit.createUser({ time_zone }), "time_zone: unknown_time_zone");
      equal(issues[0].suggestions.includes(suggestion), true, `${time_zone}: ${issues[0].suggestions}`);
    }
    equal((await kit.createUser({ time_zone: " europe/berlin " })).time_zone, "Europe/Berlin");
  },

  async "a placeholder is not a value, and a corrected file fills it in"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign(request);
    for (const [name, company, mode] of [
      ["N/A", "-", "add"],
      ["Ana", "#N/A", "add"],
      ["Ana", "null", "fill"],
      ["Eve", "Acme", "fill"],
    ]) {
      const file = bytes(`Email,First Name,Company\nana@example.com,${name},${company}\n`);
      const { mapping, content_hash } = await me.previewCsv(file);
      await me.importCsv(campaign.id, file, { mapping, content_hash, mode });
      const [{ first_name, company: known }] = (await me.listProspects(campaign.id)).prospects;
      equal([first_name, known], [mode === "fill" ? "Ana" : null, company === "Acme" ? "Acme" : null], `${name}, ${mode}`);
    }
  },
};
