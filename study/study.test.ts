import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type ServedApp, servedApp } from "../server/testing/served-app.ts";

let served: ServedApp;
beforeAll(async () => {
  served = await servedApp();
});
afterAll(() => served[Symbol.asyncDispose]());

/** Starts a program as `npm run study` does. */
function start(name: string, address = served.server.url) {
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), name, address]);
  const printed = Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  const ended = printed.then(([output, errors, [code]]) => ({
    output,
    errors,
    code: code as number,
  }));
  return { child, ended };
}

function run(name: string, input = "", address?: string) {
  const { child, ended } = start(name, address);
  child.stdin.end(input);
  return ended;
}

// Each test starts processes, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

test("greeter prints the greeting", async () => {
  expect(await run("greeter")).toEqual({ output: "Olá, Alice!\n", errors: "", code: 0 });
});

test("streamer prints five times of day", async () => {
  const { output, code } = await run("streamer");
  expect(output).toMatch(/^(\d\d:\d\d:\d\d\n){5}$/);
  expect(code).toBe(0);
});

test("averager prints what it sends and the average", async () => {
  const { output, code } = await run("averager");
  expect(output).toBe("> 10\n> 20\n> 30\n> 40\n> 50\nThe average is 30.\n");
  expect(code).toBe(0);
});

test("chat prints the answer to each line at once, and ends with its input", async () => {
  const { child, ended } = start("chat");
  let seen = "";
  child.stdout.on("data", (piece) => (seen += String(piece)));
  for (const line of ["Oi", "Tudo bem?"]) {
    child.stdin.write(`${line}\n`);
    await vi.waitFor(() => expect(seen).toContain(`Servidor: Recebido: ${line}\n`), 20_000);
  }
  child.stdin.end();
  expect((await ended).code).toBe(0);
});

test("a call that fails says why, while the terminal is still open", async () => {
  const { child, ended } = start("chat");
  child.stdin.write(`${"a".repeat(5000)}\n`);
  expect(await ended).toMatchObject({
    errors: expect.stringContaining("InvalidArgument") as string,
    code: 1,
  });
});

test("a server that is not there is named", async () => {
  for (const name of ["greeter", "streamer", "averager", "chat"]) {
    const { errors, code } = await run(name, "", "localhost:1");
    expect(errors, name).toMatch(/^No server answers at http:\/\/localhost:1\. /);
    expect(code).toBe(1);
  }
});

test("who asks for a program or an address that is none is told how to ask", async () => {
  for (const [name, address] of [
    ["nothing", "localhost:1"],
    ["constructor", "localhost:1"],
    ["greeter", "ftp://localhost"],
  ] as const) {
    const { errors, code } = await run(name, "", address);
    expect(errors, name).toMatch(/^Usage: npm run study/);
    expect(code).toBe(1);
  }
});
