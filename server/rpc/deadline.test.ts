import { Status } from "#proto/prosa/chat/v1/message_pb.ts";
import { sql } from "drizzle-orm";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Person } from "../testing/app.ts";
import { capturedLog } from "../testing/captured-log.ts";
import { failureOf } from "../testing/failure.ts";
import { protocols, type ServedApp, servedApp } from "../testing/served-app.ts";

const captured = capturedLog();
const late = { code: "DeadlineExceeded", reason: "DEADLINE_EXCEEDED" };
let served: ServedApp;
let ana: Person;

beforeAll(async () => {
  served = await servedApp({ log: captured.log });
  ana = await served.app.signIn("Ana");
});
afterAll(() => served[Symbol.asyncDispose]());

/** Runs `task` while nobody else can read or write the table of chats. */
async function whileLocked(task: () => Promise<void>) {
  await served.app.database.database.sql.begin(async (tx) => {
    await tx`lock table ${tx("chats")} in access exclusive mode`;
    await task();
  });
}

const callsOf = (method: string) =>
  captured.lines.filter((line) => String(line["method"]).endsWith(`/${method}`));

test.each(protocols)(
  "over %s a deadline ends a query that waits, and says so",
  async (protocol) => {
    // The client's own clock would tell it first; the header alone leaves it to the server.
    const timeout =
      protocol === "Connect" ? { "connect-timeout-ms": "150" } : { "grpc-timeout": "150m" };
    const headers = { authorization: `Bearer ${ana.token}`, ...timeout };
    const api = served.clients(headers, protocol);
    await whileLocked(async () => {
      expect(await failureOf(api.chats.listChats({}))).toMatchObject(late);
      expect(await failureOf(api.chats.createChat({ title: "Late" }))).toMatchObject(late);
    });
    const { chats } = await ana.chats.listChats({});
    expect(Array.isArray(chats)).toBe(true);
  },
);

test("a client that leaves ends what it reads, and no error is logged", async () => {
  const api = served.clients({ authorization: `Bearer ${ana.token}` }, "gRPC");
  await whileLocked(async () => {
    const leave = new AbortController();
    const before = callsOf("ListChats").length;
    const call = failureOf(api.chats.listChats({}, { signal: leave.signal }));
    await expect
      .poll(() => served.app.deps.db.execute(sql`select 1 from pg_locks where not granted`))
      .not.toHaveLength(0);
    leave.abort();
    expect(await call).toMatchObject({ code: "Canceled" });
    await expect
      .poll(() => callsOf("ListChats").slice(before))
      .toMatchObject([{ code: "canceled" }]);
  });
  expect(captured.lines.filter(({ level }) => Number(level) >= 50)).toEqual([]);
});

test("a reply goes on when the deadline of its SendMessage has passed", async () => {
  const { chat } = await ana.chats.createChat({ title: "A walk" });
  const headers = { authorization: `Bearer ${ana.token}`, "grpc-timeout": "300m" };
  const { messages } = served.clients(headers, "gRPC");
  const text = "sentinel:tokens=60,delay=20";
  const sent = { chatId: chat!.id, requestId: randomUUID(), text };
  let id = "";
  const stream = (async function* () {
    for await (const { event } of messages.sendMessage(sent)) {
      if (event.case === "accepted") id = event.value.reply!.id;
      yield event;
    }
  })();
  expect(await failureOf(stream)).toMatchObject(late);
  for await (const { event } of ana.messages.followReply({ messageId: id })) {
    if (event.case === "finished") expect(event.value.message?.status).toBe(Status.COMPLETE);
  }
});

test("the deadline of one SendMessage is not that of another with the same request id", async () => {
  const { chat } = await ana.chats.createChat({ title: "A walk" });
  const authorization = `Bearer ${ana.token}`;
  const sent = { chatId: chat!.id, requestId: randomUUID(), text: "Hello" };
  const hurried = served.clients({ authorization, "grpc-timeout": "400m" }, "gRPC");
  const patient = served.clients({ authorization }, "gRPC");
  const kindsOf = async (stream: ReturnType<typeof patient.messages.sendMessage>) => {
    const kinds = [];
    for await (const { event } of stream) kinds.push(event.case);
    return kinds;
  };
  let read: ReturnType<typeof kindsOf>;
  await whileLocked(async () => {
    const first = failureOf(hurried.messages.sendMessage(sent));
    await expect
      .poll(() => served.app.deps.db.execute(sql`select 1 from pg_locks where not granted`))
      .not.toHaveLength(0);
    read = kindsOf(patient.messages.sendMessage(sent));
    expect(await first).toMatchObject(late);
  });
  expect(await read!).toEqual(expect.arrayContaining(["accepted", "finished"]));
});
