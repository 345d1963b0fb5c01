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
import type { BenchUser } from "./prosa.ts";

const root = join(import.meta.dirname, "..");

export async function launchBrowser(): Promise<Browser> {
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

/** Builds the client, so that what is measured is what the sources say. */
export function buildClient(): void {
  execFileSync("npm", ["run", "build"], { cwd: root, stdio: "ignore" });
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
