import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { agentAt } from "./agent.ts";
import { monitorAt } from "./monitor.ts";

type Request = { execute: string; arguments: Record<string, unknown> };

/** A machine's side of a socket, which answers as QEMU or the guest's agent does. */
async function speaker(answer: (request: Request, socket: Socket) => void, greeting = "") {
  const folder = await mkdtemp(join(tmpdir(), "prosa-lab-"));
  const path = join(folder, "socket");
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.write(greeting);
    const lines = createInterface({ input: socket });
    lines.on("error", () => undefined);
    lines.on("line", (line) => answer(JSON.parse(line) as Request, socket));
  }).listen(path);
  await once(server, "listening");
  onTestFinished(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  return path;
}

const GREETING = `${JSON.stringify({ QMP: { version: {}, capabilities: [] } })}\n`;
const say = (socket: Socket, value: object) => void socket.write(`${JSON.stringify(value)}\n`);

test("the monitor's answer is found among its events, and its refusal is an error", async () => {
  const path = await speaker(({ execute, arguments: args }, socket) => {
    say(socket, { event: "STOP", timestamp: {} });
    if (execute === "qmp_capabilities") say(socket, { return: {} });
    else if (execute === "echo") say(socket, { return: args });
    else say(socket, { error: { class: "CommandNotFound", desc: `no ${execute}` } });
  }, GREETING);
  const monitor = monitorAt(path);
  expect(await monitor.execute("echo", { a: 1 })).toEqual({ a: 1 });
  await expect(monitor.execute("nothing")).rejects.toThrow("nothing: no nothing");
});

test.each([
  [undefined, undefined],
  ["disk full", "disk full"],
])("a job is waited for and dismissed; how it failed is told (%s)", async (error, thrown) => {
  let id: unknown;
  let asked = 0;
  let dismissed = false;
  const path = await speaker(({ execute, arguments: args }, socket) => {
    if (execute === "snapshot-save") id = args["job-id"];
    if (execute === "job-dismiss") dismissed = true;
    const status = ++asked > 4 ? "concluded" : "running";
    const jobs = [
      { id: "other", status: "concluded" },
      { id, status, error },
    ];
    say(socket, { return: execute === "query-jobs" ? jobs : {} });
  }, GREETING);
  const job = monitorAt(path).job("snapshot-save", { tag: "a" });
  if (thrown === undefined) await job;
  else await expect(job).rejects.toThrow(thrown);
  expect(dismissed).toBe(true);
});

test("the agent's answer to an earlier caller is passed over", async () => {
  const path = await speaker(({ execute, arguments: args }, socket) => {
    if (execute === "guest-sync") {
      socket.write("\u00ff");
      say(socket, { return: 7 });
      say(socket, { return: args["id"] });
    } else if (execute === "guest-ping") say(socket, { return: {} });
    else if (execute === "guest-exec") say(socket, { return: { pid: 42 } });
    else {
      const data = (text: string) => Buffer.from(text).toString("base64");
      const words = { "out-data": data("vm1\n"), "err-data": data("warned\n") };
      say(socket, { return: { exited: true, exitcode: 3, ...words } });
    }
  });
  const agent = agentAt(path);
  expect(await agent.answers()).toBe(true);
  expect(await agent.sh("hostname")).toEqual({ code: 3, output: "vm1\n", errors: "warned\n" });
});

test("a guest whose agent is silent, gone or not there at all does not answer", async () => {
  const silent = await speaker(() => undefined);
  expect(await agentAt(silent, 50).answers()).toBe(false);
  const leaving = await speaker((_request, socket) => void socket.destroy());
  expect(await agentAt(leaving).answers()).toBe(false);
  expect(await agentAt("/nowhere/socket").answers()).toBe(false);
});
