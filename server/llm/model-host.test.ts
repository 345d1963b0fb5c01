import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test, vi } from "vitest";
import { EMBEDDED } from "../config.ts";
import { createLog } from "../log.ts";
import { createModelHost } from "./model-host.ts";
import { createOllama } from "./ollama.ts";

vi.setConfig({ testTimeout: 30_000 });

const folder = mkdtempSync(join(tmpdir(), "prosa-host-"));
afterAll(() => rmSync(folder, { recursive: true }));

const common = { dataFolder: folder, log: createLog("silent") };
const NOBODY = "http://127.0.0.1:1";

test("only who has the headers may ask the engine", async () => {
  const host = createModelHost({ ...common, ollamaHost: EMBEDDED });
  try {
    const { url } = await host.host();
    expect((await fetch(`${url}/api/tags`)).status).toBe(401);
    expect(await createOllama(() => host.host()).list()).not.toEqual([]);
  } finally {
    await host.close();
  }
});

test("an Ollama that takes its time is found, and one that refuses is not waited for", async () => {
  const server = createServer((_request, response) => {
    void sleep(1000).then(() => response.end(`{"version":"1"}`));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const usualOllama = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const busy = createModelHost({ ...common, ollamaHost: undefined, usualOllama });
  expect(await busy.host()).toEqual({ url: usualOllama });
  expect(busy.embedded()).toBe(false);
  server.close();

  const engine = script("ready.mjs", SAY_READY);
  const none = createModelHost({ ...common, ollamaHost: undefined, usualOllama: NOBODY, engine });
  expect(await none.host()).toMatchObject({ url: "http://127.0.0.1:7" });
  expect(none.embedded()).toBe(true);
  await none.close();
});

test("who waits for an engine that dies at its start gets the next one", async () => {
  const marker = join(folder, "died");
  const engine = script(
    "dies-once.mjs",
    `import { existsSync, writeFileSync } from "node:fs";
     if (!existsSync(${JSON.stringify(marker)})) {
       writeFileSync(${JSON.stringify(marker)}, "");
       process.exit(1);
     }
     ${SAY_READY}`,
  );
  const host = createModelHost({ ...common, ollamaHost: EMBEDDED, engine });
  expect(await host.host()).toMatchObject({ url: "http://127.0.0.1:7" });
  await host.close();
});

test("an engine that does not leave when it is told is made to", async () => {
  const engine = script("stubborn.mjs", `process.on("SIGTERM", () => {}); ${SAY_READY}`);
  const host = createModelHost({ ...common, ollamaHost: EMBEDDED, engine });
  await host.host();
  await expect(host.close()).resolves.toBeUndefined();
});

const SAY_READY = `console.log('{"ready":true,"port":7}'); setInterval(() => {}, 1000);`;

function script(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
