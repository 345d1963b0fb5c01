import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";

vi.setConfig({ testTimeout: 60_000 });

const main = fileURLToPath(new URL("./main.ts", import.meta.url));

test("the engine tells its port on one line and ends when its parent is gone", async () => {
  const child = spawn(process.execPath, [main], { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = (await once(child.stdout.setEncoding("utf8"), "data")) as [string];
  const ready = JSON.parse(line) as { ready: boolean; port: number };
  expect(ready).toEqual({ ready: true, port: expect.any(Number) });
  const response = await fetch(`http://127.0.0.1:${ready.port}/api/version`);
  expect(await response.json()).toEqual({ version: expect.any(String) });
  child.stdin.end();
  expect(await once(child, "exit")).toEqual([0, null]);
});
