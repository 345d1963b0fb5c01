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

test("with a secret the engine answers those who know it, and pages of the web never", async () => {
  const env = { ...process.env, PROSA_ENGINE_SECRET: "a secret" };
  const child = spawn(process.execPath, [main], { env, stdio: ["pipe", "pipe", "inherit"] });
  const [line] = (await once(child.stdout.setEncoding("utf8"), "data")) as [string];
  const { port } = JSON.parse(line) as { port: number };
  const statusWith = async (headers: Record<string, string>) =>
    (await fetch(`http://127.0.0.1:${port}/api/version`, { headers })).status;
  expect(await statusWith({})).toBe(401);
  expect(await statusWith({ authorization: "Bearer a guess" })).toBe(401);
  const authorization = "Bearer a secret";
  expect(await statusWith({ authorization })).toBe(200);
  expect(await statusWith({ authorization, origin: "https://evil.example" })).toBe(403);
  child.stdin.end();
  await once(child, "exit");
});
