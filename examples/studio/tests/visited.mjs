/** Tests in a browser of their own, and helpers for pages. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { openBrowser } from "./page.mjs";

/** Runs a test in a browser of its own and hands it a page; a script error on any page fails it. */
export function visited(name, run) {
  test(name, async () => {
    const browser = await openBrowser();
    const errors = [];
    try {
      browser.context.on("weberror", (error) => errors.push(error.error()));
      await run(await browser.context.newPage(), browser.context);
      assert.deepEqual(errors, []);
    } finally {
      await browser.close();
    }
  });
}

const axe = await readFile(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** What axe finds on a page, light and dark; of all impacts by default. */
export async function findings(page, impacts) {
  const found = [];
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run());
    const counted = violations.filter(({ impact }) => !impacts || impacts.includes(impact));
    found.push(...counted.map(({ id, nodes }) => `${colorScheme}, ${id}: ${nodes.map(({ html }) => html).join(" ")}`));
  }
  return found;
}

/** Presses Tab until a control of this name has the focus. */
export async function tabTo(page, name, key = "Tab") {
  for (let pressed = 0; pressed < 60; pressed++) {
    const focused = await focusedName(page);
    if (typeof name === "string" ? focused === name : name.test(focused)) return;
    await page.keyboard.press(key);
  }
  assert.fail(`${name} is not reached by ${key}`);
}

export function focusedName(page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    const label = element?.getAttribute("aria-label") ?? element?.labels?.[0]?.textContent ?? element?.textContent;
    return (label ?? "").trim();
  });
}

/** What describes a control. */
export function description(control) {
  return control.evaluate((element) => {
    const ids = element.getAttribute("aria-describedby")?.split(" ") ?? [];
    return ids.map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
  });
}
