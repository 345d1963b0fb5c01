import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { BrowserContext, CDPSession, Page } from "playwright-core";
import { makePieces } from "../server/testing/fake-answer.ts";
import { buildClient, launchBrowser, openDevTools, signedInContext } from "./browser.ts";
import { question, startFake } from "./fake.ts";
import { registerUsers, startProsa } from "./prosa.ts";
import type { Row } from "./row.ts";

const tokens = 2_000;
const delayMs = 10;
const answerMs = tokens * delayMs;
const settleMs = 2_000;

interface Seconds {
  readonly task: number;
  readonly script: number;
  readonly layout: number;
  readonly style: number;
}

/** What a long Markdown answer costs the browser's main thread. */
export async function measureMainThread(): Promise<Row[]> {
  buildClient();
  await using fake = await startFake();
  await using prosa = await startProsa({ ollamaUrl: fake.url });
  const [user] = await registerUsers(prosa.url, 1);
  if (user === undefined) throw new Error("no user");
  const browser = await launchBrowser();
  try {
    const context = await signedInContext(browser, prosa.url, user);
    const page = await context.newPage();
    await page.goto(prosa.url);
    await ask(page, question(20, delayMs, "markdown"), 20 * delayMs);
    const answer = await watch(page, () =>
      ask(page, question(tokens, delayMs, "markdown"), answerMs),
    );
    const idle = await watch(page, () => sleep(answerMs + settleMs));
    const plain = await measurePlain(context);
    return toRows(answer, idle, plain);
  } finally {
    await browser.close();
  }
}

function toRows(answer: Seconds, idle: Seconds, plain: Seconds): Row[] {
  const row = (what: string, value: number, baselineName: string, baseline: number) => ({
    what: `main thread, 2,000 tokens of Markdown: ${what}`,
    value,
    unit: "s",
    baselineName,
    baseline,
  });
  const pre = "text appended to one <pre> a frame";
  return [
    {
      ...row("all", answer.task, pre, plain.task),
      goal: { of: "value", is: "at most", limit: 1.5 },
    },
    row("all", answer.task, "the same page idle", idle.task),
    row("script", answer.script, pre, plain.script),
    row("style", answer.style, pre, plain.style),
    row("layout", answer.layout, pre, plain.layout),
  ];
}

/** Sends a question as a person does and waits for the end of the answer. */
async function ask(page: Page, text: string, lastsMs: number): Promise<void> {
  const composer = page.getByRole("textbox", { name: /message/i });
  await composer.fill(text);
  await composer.press("Enter");
  await page.getByRole("button", { name: /^stop/i }).waitFor();
  await page
    .getByRole("button", { name: /^stop/i })
    .waitFor({ state: "hidden", timeout: lastsMs * 2 + 30_000 });
  await sleep(settleMs);
}

async function measurePlain(context: BrowserContext): Promise<Seconds> {
  const page = await context.newPage();
  await page.setContent(readFileSync(new URL("plain-page.html", import.meta.url), "utf8"));
  const input = JSON.stringify({ pieces: makePieces(tokens, "markdown"), delayMs });
  return watch(page, async () => {
    await page.evaluate(`appendByFrame(${input})`);
    await sleep(settleMs);
  });
}

async function watch(page: Page, act: () => Promise<void>): Promise<Seconds> {
  await page.bringToFront();
  const devTools = await openDevTools(page);
  await devTools.send("Performance.enable");
  const before = await readSeconds(devTools);
  await act();
  const after = await readSeconds(devTools);
  await devTools.detach();
  return {
    task: after.task - before.task,
    script: after.script - before.script,
    layout: after.layout - before.layout,
    style: after.style - before.style,
  };
}

async function readSeconds(devTools: CDPSession): Promise<Seconds> {
  const { metrics } = await devTools.send("Performance.getMetrics");
  const read = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
  return {
    task: read("TaskDuration"),
    script: read("ScriptDuration"),
    layout: read("LayoutDuration"),
    style: read("RecalcStyleDuration"),
  };
}
