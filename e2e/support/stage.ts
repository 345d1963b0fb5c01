import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { type FakeOllama, startFakeOllama } from "../../server/testing/fake-ollama.ts";
import { fakeModel } from "../../server/testing/fake-models.ts";
import { launchBrowser, type Look, newContext, openWindow, type Problems } from "./browser.ts";
import type { Person } from "./clients.ts";
import { type RunningServer, startServer } from "./server.ts";

const FAILURES = join(tmpdir(), "prosa-e2e-failures");

export type Visit = {
  context: BrowserContext;
  page: Page;
  problems: Problems;
  /** Loads the whole page, as somebody who types its address. */
  open(path?: string): Promise<void>;
};

type Options = {
  /** Without this, the models are those of a scripted Ollama. */
  engine?: boolean;
  env?: Record<string, string>;
  /** What the scripted Ollama has installed instead of its usual models. */
  models?: string[];
};

/** The server, the scripted Ollama and the browser that the journeys of one file share. */
export function useStage({ engine = false, env = {}, models }: Options = {}) {
  let server: RunningServer;
  let ollama: FakeOllama | undefined;
  let browser: Browser;

  const settings = () => ({
    RATE_LIMIT: "off",
    ...(ollama === undefined ? {} : { OLLAMA_HOST: ollama.url }),
    ...env,
  });

  beforeAll(async () => {
    if (!engine)
      ollama = await startFakeOllama(models && { models: models.map((name) => fakeModel(name)) });
    [server, browser] = await Promise.all([startServer({ env: settings() }), launchBrowser()]);
  });
  afterEach(() => ollama?.setBehaviour());
  afterAll(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
    await ollama?.close();
  });

  return {
    get url() {
      return server.url;
    },
    get ollama() {
      if (ollama === undefined) throw new Error("these journeys run on the embedded engine");
      return ollama;
    },
    /** Starts the scripted Ollama again at its old place, after a journey has closed it. */
    async restartOllama() {
      ollama = await startFakeOllama({ port: ollama?.port ?? 0 });
    },
    /** Kills the server as a power cut does; nothing is served until `restart`. */
    killServer: () => server.kill("SIGKILL"),
    async restartServer() {
      server = await server.again();
    },
    /** Stops the server and starts it on the same data with other settings. */
    async restartWith(changed: Record<string, string>) {
      await server.kill("SIGTERM");
      const { dataFolder } = server;
      const port = Number(new URL(server.url).port);
      server = await startServer({ dataFolder, port, env: { ...settings(), ...changed } });
    },
    /**
     * Opens a browser for one person, signed in when told as whom, and has them make a journey;
     * `inWindow` gives them a real window, in which all tabs but one are hidden.
     */
    async visit(
      { as, inWindow = false, ...look }: Look & { as?: Pick<Person, "token">; inWindow?: boolean },
      journey: (visit: Visit) => Promise<void>,
    ): Promise<void> {
      const { context, problems, close } = inWindow
        ? await openWindow(server.url)
        : await newContext(browser, server.url, look);
      if (as) {
        const cookie = { name: "prosa_session", value: as.token, url: server.url };
        await context.addCookies([{ ...cookie, httpOnly: true, sameSite: "Strict" }]);
      }
      const page = context.pages()[0] ?? (await context.newPage());
      page.setDefaultTimeout(20_000);
      const open = async (path = "/") => void (await page.goto(server.url + path));
      try {
        await journey({ context, page, problems, open });
        expect(problems.found).toEqual([]);
      } catch (error) {
        await picture(page, problems, error);
        throw error;
      } finally {
        await close();
      }
    },
  };
}

export type Stage = ReturnType<typeof useStage>;

/** Adds to the words of a failure what the page looked like. */
async function picture(page: Page, problems: Problems, error: unknown): Promise<void> {
  await mkdir(FAILURES, { recursive: true });
  const path = join(FAILURES, `${Date.now()}.png`);
  const taken = await page.screenshot({ path, timeout: 5_000 }).then(
    () => path,
    () => "no picture",
  );
  if (!(error instanceof Error)) return;
  error.message += `\n\nThe page: ${page.url()}, ${taken}\nProblems: ${problems.found.join("\n") || "none"}`;
}
