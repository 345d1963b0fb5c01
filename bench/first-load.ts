import { setTimeout as sleep } from "node:timers/promises";
import type { BrowserContext } from "playwright-core";
import { inBrowser, openDevTools, signedInContext } from "./browser.ts";
import type { Row } from "./row.ts";
import { median } from "./statistics.ts";

const times = 5;
const quietMs = 1_000;
const kilobyte = 1_000;

/** Runs in the page; a string, since this program has no types of the DOM. */
const readLargestPaint = `new Promise((resolve) => {
  const observer = new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime));
  observer.observe({ type: "largest-contentful-paint", buffered: true });
  setTimeout(() => resolve(NaN), 1000);
})`;

interface Visit {
  readonly requests: number;
  readonly bytes: number;
  readonly scriptBytes: number;
  readonly largestPaintMs: number;
}

/** The first visit with an empty cache, signed in and not. */
export function measureFirstLoad(): Promise<Row[]> {
  return inBrowser(async (browser, url, user) => {
    const chat = await visitOften(url, () => signedInContext(browser, url, user));
    const signIn = await visitOften(url, () => browser.newContext());
    const row = (what: string, unit: string, of: (visit: Visit) => number) => ({
      what: `first load of the chat page: ${what}`,
      value: median(chat.map(of)),
      unit,
      baselineName: "sign-in page",
      baseline: median(signIn.map(of)),
    });
    return [
      {
        ...row("requests", "", (visit) => visit.requests),
        goal: { of: "value", is: "at most", limit: 12 },
      },
      row("bytes on the wire", "kB", (visit) => visit.bytes / kilobyte),
      {
        ...row("JavaScript on the wire", "kB", (visit) => visit.scriptBytes / kilobyte),
        goal: { of: "value", is: "at most", limit: 90 },
      },
      row("largest paint", "ms", (visit) => visit.largestPaintMs),
    ];
  });
}

async function visitOften(
  url: string,
  makeContext: () => Promise<BrowserContext>,
): Promise<Visit[]> {
  const visits: Visit[] = [];
  for (let time = 0; time < times; time++) {
    const context = await makeContext();
    visits.push(await visit(context, url));
    await context.close();
  }
  return visits;
}

async function visit(context: BrowserContext, url: string): Promise<Visit> {
  const page = await context.newPage();
  const devTools = await openDevTools(page);
  const scripts = new Set<string>();
  let requests = 0;
  let bytes = 0;
  let scriptBytes = 0;
  let lastChange = performance.now();
  await devTools.send("Network.enable");
  devTools.on("Network.responseReceived", ({ requestId, response }) => {
    if (/javascript/.test(response.mimeType)) scripts.add(requestId);
  });
  devTools.on("Network.requestWillBeSent", ({ request }) => {
    if (!request.url.startsWith("http")) return;
    requests++;
    lastChange = performance.now();
  });
  devTools.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    bytes += encodedDataLength;
    if (scripts.has(requestId)) scriptBytes += encodedDataLength;
    lastChange = performance.now();
  });
  await page.goto(url);
  while (performance.now() - lastChange < quietMs) await sleep(50);
  return {
    requests,
    bytes,
    scriptBytes,
    largestPaintMs: await page.evaluate<number>(readLargestPaint),
  };
}
