import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";

export type Fault = { rule: string; help: string; places: string[] };

const axe = await readFile(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** Lets moving things arrive: a colour on its way to another is neither. */
const SETTLE = `Promise.all(document.getAnimations()
  .filter((it) => it.effect.getComputedTiming().iterations !== Infinity)
  .map((it) => it.finished.catch(() => {})))`;
const FIND = `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
  violations.map(({ id, help, nodes }) => ({
    rule: id, help, places: nodes.map((node) => node.target + " " + node.html.slice(0, 200)),
  })))`;

/** What any rule of axe, best practices included, has against a page as it stands. */
export async function faultsOf(page: Page): Promise<Fault[]> {
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(axe);
  await page.evaluate(SETTLE);
  return page.evaluate<Fault[]>(FIND);
}
