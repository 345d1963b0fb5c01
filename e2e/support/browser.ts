import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import { findChromium } from "../../scripts/chromium.mjs";
import { rememberBrowser, rememberCookies } from "./written.ts";

/** How a journey's browser looks to the page; everything else is as on a desk. */
export type Look = Pick<
  BrowserContextOptions,
  "locale" | "colorScheme" | "viewport" | "hasTouch" | "permissions" | "reducedMotion"
>;

/** What a journey meets that nobody should meet: it fails at its end unless that was expected. */
export type Problems = {
  found: string[];
  /** Takes what a journey provokes by itself, such as the calls that fail while a server is away. */
  expect(pattern: RegExp): void;
};

/** What Chromium says of a server that is away, and of a machine without a network. */
export const LOST_CONNECTION =
  /net::ERR_(CONNECTION_|EMPTY_RESPONSE|INCOMPLETE_CHUNKED|INTERNET_DISCONNECTED|SOCKET_|NETWORK_)/;

const TELL_VIOLATIONS = `addEventListener("securitypolicyviolation", (event) =>
  console.error("content security policy:", event.violatedDirective, event.blockedURI))`;

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
];

function executablePath(): string {
  const path = findChromium();
  if (path === undefined) throw new Error("no Chromium: npm run setup brings one");
  return path;
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: executablePath(), args: ARGUMENTS });
}

/**
 * One real window with tabs, of which only the one in front is visible. Elsewhere Playwright tells
 * every page that it is.
 */
export async function openWindow(
  origin: string,
): Promise<{ context: BrowserContext; problems: Problems; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "prosa-e2e-window-"));
  const args = [
    "--headless",
    "--lang=en-US",
    "--window-size=1280,900",
    "--remote-debugging-port=0",
  ];
  const child = spawn(executablePath(), [...ARGUMENTS, ...args, `--user-data-dir=${folder}`]);
  const gone = once(child, "exit");
  const address = await new Promise<string>((resolve, reject) => {
    let output = "";
    child.stderr.on("data", (chunk) => {
      output += String(chunk);
      const url = /listening on (ws:\S+)/.exec(output)?.[1];
      if (url) resolve(url);
    });
    void gone.then(() => reject(new Error(`Chromium did not start:\n${output}`)));
  });
  const browser = await chromium.connectOverCDP(address, { noDefaults: true });
  const context = browser.contexts()[0]!;
  await context.addInitScript(TELL_VIOLATIONS);
  return {
    context,
    problems: watchProblems(context, origin),
    async close() {
      await rememberCookies(context);
      await browser.close();
      child.kill();
      await gone;
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** A browser of its own for one person, with an empty cache and no cookies. */
export async function newContext(
  browser: Browser,
  origin: string,
  look: Look = {},
): Promise<{ context: BrowserContext; problems: Problems; close(): Promise<void> }> {
  const context = await browser.newContext({
    locale: "en-US",
    colorScheme: "light",
    viewport: { width: 1280, height: 800 },
    ...look,
  });
  await context.addInitScript(TELL_VIOLATIONS);
  return {
    context,
    problems: watchProblems(context, origin),
    async close() {
      await rememberCookies(context);
      await context.close();
    },
  };
}

function watchProblems(context: BrowserContext, origin: string): Problems {
  rememberBrowser(context);
  const seen: string[] = [];
  const expected: RegExp[] = [];
  context.on("console", (message) => {
    const kind = message.type();
    if (kind === "error" || kind === "warning") seen.push(`${kind}: ${message.text()}`);
  });
  context.on("weberror", (error) => seen.push(`uncaught: ${error.error().stack}`));
  context.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText ?? "";
    // What the page itself ends, such as a stream that nobody looks at, is no failure.
    if (reason !== "net::ERR_ABORTED") seen.push(`failed: ${request.url()} ${reason}`);
  });
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol) && url.origin !== origin) {
      seen.push(`called elsewhere: ${url.href}`);
    }
  });
  return {
    get found() {
      return seen.filter((problem) => !expected.some((pattern) => pattern.test(problem)));
    },
    expect: (pattern) => void expected.push(pattern),
  };
}

/** The name of what has the focus, or of its element when it has none; "body" when focus is lost. */
export function focused(page: Page): Promise<string> {
  return page.evaluate<string>(`(() => {
    const it = document.activeElement;
    if (!it || it === document.body) return "body";
    const labels = (it.getAttribute("aria-labelledby") ?? "").split(" ").filter(Boolean);
    return it.getAttribute("aria-label") || it.labels?.[0]?.textContent ||
      labels.map((id) => document.getElementById(id)?.textContent).join(" ") ||
      it.textContent?.trim() || it.tagName.toLowerCase();
  })()`);
}

/** How much wider than its window the page is, in CSS pixels: more than 0 means scrolling sideways. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate<number>("document.scrollingElement.scrollWidth - innerWidth");
}
