import { connectDatabase } from "#db/connect.ts";
import { Status } from "#proto/prosa/chat/v1/message_pb.ts";
import { ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import { Code, ConnectError } from "@connectrpc/connect";
import { execFileSync, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { makePieces } from "../server/testing/fake-answer.ts";
import { startFakeOllama } from "../server/testing/fake-ollama.ts";
import { beginReply, connect, readReply, register, untilAvailable } from "./support/clients.ts";
import { type RunningServer, startServer } from "./support/server.ts";

const TOKENS = "sentinel:tokens=300,delay=20";
const WHOLE = makePieces(300).join("");
const RECOVERY_MS = 60_000;

/** The pids of the processes that a process has started. */
function childrenOf(pid: number): { pid: number; command: string }[] {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  return table.split("\n").flatMap((line) => {
    const [, child, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(parent) === pid ? [{ pid: Number(child), command: command! }] : [];
  });
}

/** A line of what PostgreSQL tells about itself in the data folder where it lives. */
async function postgresLine(server: RunningServer, line: number): Promise<number> {
  const file = await readFile(join(server.dataFolder, "postgres/postmaster.pid"), "utf8");
  return Number(file.split("\n")[line]);
}

/** The process id of the PostgreSQL that lives in a data folder. */
const postmasterOf = (server: RunningServer) => postgresLine(server, 0);

/** How many pieces of running replies are stored; of finished ones there should be none. */
async function countChunks(server: RunningServer): Promise<number> {
  const port = await postgresLine(server, 3);
  const password = await readFile(join(server.dataFolder, "postgres/prosa.password"), "utf8");
  const { sql, close } = connectDatabase(`postgres://prosa:${password}@127.0.0.1:${port}/postgres`);
  try {
    const [row] = await sql`select count(*)::int as count from reply_chunks`;
    return Number(row!["count"]);
  } finally {
    await close();
  }
}

async function listed(url: string, token: string, chatId: string) {
  const { messages } = await connect(url, token).messages.listMessages({ chatId });
  return messages;
}

test("a server killed in mid-answer keeps the text, says INTERRUPTED, and works on", async () => {
  await using ollama = await startFakeOllama();
  const first = await startServer({ env: { OLLAMA_HOST: ollama.url } });
  const ana = await register(first.url);
  const reply = await beginReply(ana, TOKENS, 300);
  await sleep(250);
  await first.kill("SIGKILL");

  await using second = await first.again();
  const messages = await listed(second.url, ana.token, reply.chatId);
  expect(messages[1]).toMatchObject({
    status: Status.INTERRUPTED,
    error: { reason: ErrorReason.SERVER_RESTARTED },
  });
  expect(messages[1]!.text.startsWith(reply.shown)).toBe(true);
  expect(WHOLE.startsWith(messages[1]!.text)).toBe(true);

  const back = connect(second.url, ana.token);
  const again = back.messages.regenerateReply({
    requestId: crypto.randomUUID(),
    messageId: reply.id,
  });
  expect((await readReply(again)).text).toBe(WHOLE);
});

test("an engine killed in mid-answer leaves FAILED with its text, and the next message works", async () => {
  await using server = await startServer();
  const ana = await register(server.url);
  const reply = await beginReply(ana, "Conte uma história longa", 20);
  const engine = childrenOf(server.pid).find(({ command }) => command.includes("engine"))!;
  process.kill(engine.pid, "SIGKILL");
  const follow = ana.messages.followReply({
    messageId: reply.id,
    offset: BigInt(Buffer.byteLength(reply.shown)),
  });
  const end = await readReply(follow, reply.shown);
  expect(end.finished).toMatchObject({
    status: Status.FAILED,
    error: { reason: ErrorReason.MODEL_UNAVAILABLE },
    text: end.text,
  });
  expect(end.text.length).toBeGreaterThan(0);

  const next = ana.messages.sendMessage({
    requestId: crypto.randomUUID(),
    chatId: reply.chatId,
    text: "Conte até 10",
  });
  const answer = await readReply(next);
  expect(answer.finished!.status).toBe(Status.COMPLETE);
});

test("PostgreSQL that hangs, stops and starts under load loses nothing and doubles nothing", async () => {
  await using ollama = await startFakeOllama();
  await using server = await startServer({
    env: { OLLAMA_HOST: ollama.url, OLLAMA_PARALLEL: "8", RATE_LIMIT: "off" },
  });
  const ana = await register(server.url);
  const begin = () => beginReply(ana, TOKENS, 50);
  const replies = await Promise.all([begin(), begin(), begin(), begin()]);
  const follow = (id: string) => readReply(ana.messages.followReply({ messageId: id }));
  const asked = await Promise.all(
    [1, 2, 3, 4].map(async () => {
      const { chat } = await ana.chats.createChat({});
      return { requestId: crypto.randomUUID(), chatId: chat!.id, text: TOKENS };
    }),
  );
  const postmaster = await postmasterOf(server);
  process.kill(postmaster, "SIGSTOP");
  for (const child of childrenOf(postmaster)) process.kill(child.pid, "SIGSTOP");
  const options = { timeoutMs: 30_000 };
  const attempt = (request: (typeof asked)[number]) =>
    readReply(ana.messages.sendMessage(request, options)).then(
      (answer) => answer.text,
      (error: unknown) => ConnectError.from(error).code,
    );
  const whileHanging = asked.slice(0, 2).map(attempt);
  const refused = ana.chats.listChats({}, options).catch((error: unknown) => error);
  expect(await refused).toMatchObject({ code: Code.Unavailable });
  for (const child of childrenOf(postmaster)) process.kill(child.pid, "SIGCONT");
  process.kill(postmaster, "SIGCONT");
  process.kill(postmaster, "SIGINT");
  const whileStopped = asked.slice(2).map(attempt);
  for (const outcome of await Promise.all([...whileHanging, ...whileStopped])) {
    expect([WHOLE, Code.Unavailable]).toContain(outcome);
  }

  const stored = async (chatId: string) =>
    (await listed(server.url, ana.token, chatId)).map(({ text }) => text);
  await Promise.all([
    ...replies.map(async ({ id, chatId }) => {
      const end = await untilAvailable(() => follow(id), RECOVERY_MS);
      expect(end.finished!.status).toBe(Status.COMPLETE);
      expect(end.text).toBe(WHOLE);
      expect(await stored(chatId)).toEqual([TOKENS, WHOLE]);
    }),
    ...asked.map(async (request) => {
      const repeat = () => readReply(ana.messages.sendMessage(request));
      const again = await untilAvailable(repeat, RECOVERY_MS);
      expect(again.text).toBe(WHOLE);
      expect(await stored(request.chatId)).toEqual([TOKENS, WHOLE]);
    }),
  ]);
  expect(await countChunks(server)).toBe(0);
});

test("a stop lets running calls end and tells streams that the server is going", async () => {
  await using ollama = await startFakeOllama();
  const first = await startServer({ env: { OLLAMA_HOST: ollama.url } });
  const ana = await register(first.url);
  const reply = await beginReply(ana, TOKENS, 50);
  const stream = readReply(ana.messages.followReply({ messageId: reply.id })).catch(
    (error: unknown) => ConnectError.from(error),
  );
  await sleep(100);
  expect(await first.kill("SIGTERM")).toBe(0);
  expect(await stream).toMatchObject({ code: Code.Unavailable });
  await using second = await first.again();
  const [, stored] = await listed(second.url, ana.token, reply.chatId);
  expect(stored!.status).toBe(Status.INTERRUPTED);
  expect(WHOLE.startsWith(stored!.text)).toBe(true);
});

test("a second server on one data folder is refused in words, and the first one goes on", async () => {
  await using server = await startServer();
  const refused = await startServer({ dataFolder: server.dataFolder }).catch(
    (error: unknown) => error as Error,
  );
  expect(refused).toBeInstanceOf(Error);
  expect((refused as Error).message).toContain(server.dataFolder);
  await expect(register(server.url)).resolves.toHaveProperty("token");
});

test("a port that is in use is told in words", async () => {
  await using server = await startServer();
  const port = Number(new URL(server.url).port);
  const refused = await startServer({ port }).catch((error: unknown) => error as Error);
  expect((refused as Error).message).toContain(`Cannot listen on 127.0.0.1:${port}`);
});

test("wrong settings are told all at once before anything is touched", async () => {
  const env = { PORT: "80x", REGISTRATION: "maybe", TLS_CERT: "/nowhere" };
  const child = spawn(process.execPath, ["server/main.ts"], { env: { ...process.env, ...env } });
  let words = "";
  child.stderr.on("data", (chunk) => (words += String(chunk)));
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect(code).toBe(1);
  for (const name of ["PORT=80x", "REGISTRATION=maybe", "TLS_CERT=/nowhere", "TLS_KEY"]) {
    expect(words).toContain(name);
  }
});

test("fifty people at once each get their whole answer", async () => {
  await using ollama = await startFakeOllama();
  await using server = await startServer({
    env: { OLLAMA_HOST: ollama.url, OLLAMA_PARALLEL: "50", RATE_LIMIT: "off" },
  });
  const people = await Promise.all(Array.from({ length: 50 }, () => register(server.url)));
  const answers = await Promise.all(
    people.map(async (person) => {
      const { chat } = await person.chats.createChat({});
      const request = {
        requestId: crypto.randomUUID(),
        chatId: chat!.id,
        text: "sentinel:tokens=400",
      };
      return readReply(person.messages.sendMessage(request));
    }),
  );
  const expected = makePieces(400).join("");
  for (const answer of answers) {
    expect(answer.text).toBe(expected);
    expect(answer.finished).toMatchObject({ status: Status.COMPLETE, text: expected });
  }
});

test("the database is sound after all that a killed server left behind", async () => {
  await using ollama = await startFakeOllama();
  const first = await startServer({ env: { OLLAMA_HOST: ollama.url, OLLAMA_PARALLEL: "8" } });
  const ana = await register(first.url);
  await Promise.all(Array.from({ length: 4 }, () => beginReply(ana, TOKENS, 100)));
  await first.kill("SIGKILL");
  await using second = await first.again();
  const { chats } = await connect(second.url, ana.token).chats.listChats({});
  expect(chats).toHaveLength(4);
  for (const chat of chats) {
    const messages = await listed(second.url, ana.token, chat.id);
    expect(messages.map((message) => message.status)).toEqual([
      Status.COMPLETE,
      Status.INTERRUPTED,
    ]);
    expect(messages[1]!.text).not.toBe("");
    expect(WHOLE.startsWith(messages[1]!.text)).toBe(true);
  }
  expect(await countChunks(second)).toBe(0);
});

test.each([
  [
    "a database that does not answer",
    { DATABASE_URL: "postgres://a:b@127.0.0.1:1/c" },
    "DATABASE_URL",
  ],
  ["a data folder that is a file", { PROSA_DATA: import.meta.filename }, "PROSA_DATA"],
  ["a host that is none", { HOST: "not a host" }, "HOST"],
])("%s is told by the name of its setting", async (_case, env, name) => {
  const refused = await startServer({ env }).catch((error: unknown) => error as Error);
  expect((refused as Error).message).toContain(name);
});
