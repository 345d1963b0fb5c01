import { execFileSync } from "node:child_process";
import { join } from "node:path";
import {
  chromium,
  type Browser,
  type BrowserContext,
  type CDPSession,
  type Page,
} from "playwright-core";
import { findChromium } from "../scripts/chromium.mjs";
import { startFake } from "./fake.ts";
import { type BenchUser, registerUsers, startProsa } from "./prosa.ts";

const root = join(import.meta.dirname, "..");

async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium() ?? "",
    args: [
      "--no-sandbox",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
    ],
  });
}

/** Measures in a browser, with one user, a page that is built first from what the sources say. */
export async function inBrowser<T>(
  measure: (browser: Browser, url: string, user: BenchUser) => Promise<T>,
): Promise<T> {
  execFileSync("npm", ["run", "build"], { cwd: root, stdio: "ignore" });
  await using fake = await startFake();
  await using prosa = await startProsa({ ollamaUrl: fake.url });
  const [user] = await registerUsers(prosa.url, 1);
  if (user === undefined) throw new Error("no user");
  const browser = await launchBrowser();
  try {
    return await measure(browser, prosa.url, user);
  } finally {
    await browser.close();
  }
}

/** A context with an empty cache in which the user is signed in. */
export async function signedInContext(
  browser: Browser,
  url: string,
  user: BenchUser,
): Promise<BrowserContext> {
  const first = await browser.newContext();
  const page = await first.newPage();
  await page.goto(`${url}/healthz`);
  await page.evaluate(async ({ email, password }) => {
    const response = await fetch("/prosa.user.v1.AuthService/Login", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password }),
    });
    if (!response.ok) throw new Error(`cannot sign in: ${response.status}`);
  }, user);
  const storageState = await first.storageState();
  await first.close();
  return browser.newContext({ storageState, locale: "en", viewport: { width: 1280, height: 800 } });
}

export function openDevTools(page: Page): Promise<CDPSession> {
  return page.context().newCDPSession(page);
}
