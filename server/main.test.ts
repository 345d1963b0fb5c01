import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "prosa-main-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const postgresRuns = () => existsSync(join(folder, "postgres/postmaster.pid"));

function start(): ChildProcess {
  const settings = { PORT: "0", PROSA_DATA: folder, OLLAMA_HOST: "http://127.0.0.1:1" };
  return spawn(process.execPath, [join(import.meta.dirname, "main.ts")], {
    env: { ...process.env, ...settings, DATABASE_URL: "", LOG_LEVEL: "silent" },
    stdio: ["ignore", "ignore", "pipe"],
  });
}

test("a signal during the start stops the database that was started", async () => {
  const server = start();
  const ended = once(server, "exit");
  while (!postgresRuns() && server.exitCode === null) await sleep(5);
  server.kill("SIGINT");
  expect(await ended).toEqual([0, null]);
  expect(postgresRuns()).toBe(false);
});

test("a terminal that is closed ends the server in order, though it signals twice", async () => {
  const server = start();
  const ended = once(server, "exit");
  await once(server.stderr!, "data");
  server.kill("SIGHUP");
  server.kill("SIGINT");
  expect(await ended).toEqual([0, null]);
  expect(postgresRuns()).toBe(false);
});
