/** Emails as HTML. Browsers read it with their own parser; elsewhere a few lines do. */

import { assert, begin, equal, invalid, run, FIRST } from "./words.mjs";

const OPEN = "https://t.example.com/open?t={token}&v=1";

/** What HTML says and links to, its image, and which elements it is made of. */
function read(html) {
  return typeof DOMParser === "function" ? parsed(html) : taken(html);
}

/** By the browser, from which no script of the text could hide. */
function parsed(html) {
  const { head, body } = new DOMParser().parseFromString(html, "text/html");
  equal(head.childNodes.length, 0, "the head");
  const said = (node) => {
    if (node.nodeType === 3) return node.data;
    if (node.localName === "br") return "\n";
    return [...node.childNodes].map(said).join("");
  };
  const elements = [...body.querySelectorAll("*")];
  return {
    text: [...body.querySelectorAll("p")].map(said).join("\n\n"),
    links: [...body.querySelectorAll("a")].map((link) => [link.getAttribute("href"), link.textContent]),
    image: body.querySelector("img")?.getAttribute("src") ?? null,
    elements: [...new Set(elements.map(({ localName }) => localName))].sort(),
    attributes: [...new Set(elements.flatMap((element) => element.getAttributeNames()))].sort(),
  };
}

function taken(html) {
  const entities = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
  const plain = (text) => text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => entities[name]);
  const text = (part) => plain(part.replaceAll("</p><p>", "\n\n").replaceAll("<br>", "\n").replace(/<[^>]*>/g, ""));
  const tags = [...html.matchAll(/<([a-z0-9]+)([^>]*)>/g)];
  const names = tags.flatMap(([, , rest]) => [...rest.matchAll(/ ([a-z]+)="/g)].map(([, name]) => name));
  const image = html.match(/<img src="([^"]*)"/)?.[1];
  return {
    text: text(html),
    links: [...html.matchAll(/<a href="([^"]*)">(.*?)<\/a>/g)].map(([, href, label]) => [plain(href), text(label)]),
    image: image === undefined ? null : plain(image),
    elements: [...new Set(tags.map(([, name]) => name))].sort(),
    attributes: [...new Set(names)].sort(),
  };
}

/** Texts that a parser could take for something else. */
const TEXTS = [
  "One line",
  "A\n\nB\nC\n\n\n\nD\n \nE\n",
  "\n\n  <b>not bold</b> &amp; &lt;i&gt; &#39; &copy; &notin",
  "</p></body></html><script>globalThis.hacked = true</script>",
  "<img src=x onerror=\"globalThis.hacked = true\"><svg/onload=1><!-- --><![CDATA[ ]]><plaintext><table><tr>",
  "\"quoted\" 'quoted' `ticked` \u2028\u2029\u00a0\u200b\ufeff\u202eabc \u{1f600}\u{e0001}\ufffe",
  "See (https://example.com/a_(b)?c=1&d='2') and https://x.com/\"onclick=alert(1). Or <ana@example.com>, mailto:bo@example.com?subject=a&b.",
  "javascript:alert(1) https://user@evil.com data:text/html,x https://example.com/stra\u00dfe",
];

export const simulatedCases = {
  async "the HTML of an email says its text, whatever it holds"(kit) {
    const { me, request } = await begin(kit);
    const { id } = (await me.createCampaign({ ...request, signature: "-- \n<%first_name%>" })).campaign;
    await me.updateCampaign(id, { sequence_nodes: [{ type: "email", subject: "S", body: "%custom_fields.text%" }] });
    const people = TEXTS.map((text, index) => ({ email: `p${index}@example.com`, custom_fields: { text } }));
    const { outcomes } = await me.addProspects(id, { prospects: people });
    await me.launch(id);
    const { tasks } = await me.claimDue({ open_url: OPEN });
    equal(tasks.length, TEXTS.length);
    for (const [index, task] of tasks.entries()) {
      const { text, links, image, elements, attributes } = read(task.body_html);
      equal(text, task.body, `text ${index}`);
      assert(text.includes(TEXTS[index].trim()), `it is text ${index}`);
      equal(image, OPEN.replace("{token}", task.open_token));
      assert(elements.every((name) => ["p", "br", "a", "img"].includes(name)), `elements: ${elements}`);
      equal(attributes.filter((name) => !["href", "src", "alt", "width", "height"].includes(name)), []);
      for (const [href, label] of links) assert([label, `mailto:${label}`].includes(href), `${label} leads to ${href}`);
      equal((await me.getTask(task.id)).body_html, task.body_html);
      const [preview] = (await me.previewMessages(outcomes[index].prospect_id)).messages;
      const shown = read(preview.body_html);
      equal([shown.text, shown.links, shown.image], [text, links, null]);
    }
    equal(read(tasks[6].body_html).links, [
      ["https://example.com/a_(b)?c=1&d='2", "https://example.com/a_(b)?c=1&d='2"],
      ["https://x.com/", "https://x.com/"],
      ["mailto:ana@example.com", "ana@example.com"],
      ["mailto:bo@example.com?subject=a&b", "mailto:bo@example.com?subject=a&b"],
    ]);
    equal(read(tasks[7].body_html).links, []);
    equal(globalThis.hacked, undefined);
    equal((await me.listTasks({ messages: true })).tasks.length, TEXTS.length);
    assert((await kit.opened(tasks[0].open_token)).changed, "the token of the pixel is that of the task");
  },

  async "an email that is text only has no HTML, and no campaign that does not track a pixel"(kit) {
    const first = { ...FIRST, text_only: true };
    const { me, campaign } = await run(kit, { sequence_nodes: [first, FIRST], people: ["bo"], open_tracking: false });
    equal(campaign.sequence_nodes.map(({ text_only }) => text_only), [true, undefined, undefined]);
    const [task] = (await me.claimDue({ open_url: OPEN })).tasks;
    equal([task.body_html, task.open_token], [null, null]);
    await me.complete(task.id, { outcome: "sent" });
    await kit.advance(1);
    const [next] = (await me.claimDue({ open_url: OPEN })).tasks;
    equal(read(next.body_html).image, null);
    await invalid(me.claimDue({ open_url: "mailto:{token}@example.com" }), "open_url: malformed_url");
  },
};
