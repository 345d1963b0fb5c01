import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { BrowserContext, CDPSession, Page } from "playwright-core";
import { makePieces } from "../server/testing/fake-answer.ts";
import { inBrowser, openDevTools, signedInContext } from "./browser.ts";
import { question } from "./fake.ts";
import type { Row } from "./row.ts";

const tokens = 2_000;
const delayMs = 10;
const answerMs = tokens * delayMs;
const settleMs = 2_000;

interface Seconds {
  readonly task: number;
  /** As `task`, without the time in which another program had the processor. */
  readonly taskCpu: number;
  readonly script: number;
  readonly layout: number;
  readonly style: number;
}

/** What a long Markdown answer costs the browser's main thread. */
export function measureMainThread(): Promise<Row[]> {
  return inBrowser(async (browser, url, user) => {
    const context = await signedInContext(browser, url, user);
    const page = await context.newPage();
    await page.goto(url);
    await ask(page, question(20, delayMs, "markdown"), 20 * delayMs);
    const answer = await watch(page, () =>
      ask(page, question(tokens, delayMs, "markdown"), answerMs),
    );
    const idle = await watch(page, () => sleep(answerMs + settleMs));
    const plain = await measurePlain(context);
    return toRows(answer, idle, plain);
  });
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
      ...row("all, processor time", answer.taskCpu, pre, plain.taskCpu),
      goal: { of: "value", is: "at most", limit: 1.5 },
    },
    row("all, processor time", answer.taskCpu, "the same page idle", idle.taskCpu),
    row("all, by the clock", answer.task, pre, plain.task),
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
  const [clock, processor] = [await openDevTools(page), await openDevTools(page)];
  await clock.send("Performance.enable", { timeDomain: "timeTicks" });
  await processor.send("Performance.enable", { timeDomain: "threadTicks" });
  const read = async () => ({
    clock: await readMetrics(clock),
    processor: await readMetrics(processor),
  });
  const before = await read();
  await act();
  const after = await read();
  await Promise.all([clock.detach(), processor.detach()]);
  const spent = (which: "clock" | "processor", name: string) =>
    (after[which].get(name) ?? 0) - (before[which].get(name) ?? 0);
  return {
    task: spent("clock", "TaskDuration"),
    taskCpu: spent("processor", "TaskDuration"),
    script: spent("processor", "ScriptDuration"),
    layout: spent("processor", "LayoutDuration"),
    style: spent("processor", "RecalcStyleDuration"),
  };
}

async function readMetrics(devTools: CDPSession): Promise<Map<string, number>> {
  const { metrics } = await devTools.send("Performance.getMetrics");
  return new Map(metrics.map(({ name, value }) => [name, value]));
}
