import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Person } from "../testing/app.ts";
import { failureOf } from "../testing/failure.ts";
import { fakeModel } from "../testing/fake-models.ts";
import { startFakeOllama } from "../testing/fake-ollama.ts";
import { readMetrics } from "../testing/read-metrics.ts";
import { type ServedApp, servedApp } from "../testing/served-app.ts";
import { createMetrics } from "./metrics.ts";

const MODEL = "fake:1b";
let served: ServedApp;
let ana: Person;
/** The ids of all replies. */
const begun: string[] = [];
beforeAll(async () => {
  served = await servedApp({ ollama: await startFakeOllama({ models: [fakeModel(MODEL)] }) });
  ana = await served.app.signIn();
});
afterAll(() => served[Symbol.asyncDispose]());

const read = () => readMetrics(served.server.url);

/** Asks in a chat of its own and reads the answer to its end, or until the signal aborts. */
async function ask(text: string, signal = new AbortController().signal) {
  const { chat } = await ana.chats.createChat({ model: MODEL });
  const request = { requestId: randomUUID(), chatId: chat!.id, text };
  for await (const { event } of ana.messages.sendMessage(request, { signal })) {
    if (event.case === "accepted") begun.push(event.value.reply!.id);
  }
}

test("calls are counted by method and code, with the time that they took", async () => {
  const method = "prosa.chat.v1.ChatService/GetChat";
  await failureOf(ana.chats.getChat({ chatId: randomUUID() }));
  await failureOf(served.app.stranger.chats.getChat({ chatId: randomUUID() }));
  await failureOf(ana.chats.getChat({ chatId: "no id" }));
  const metrics = await read();
  for (const code of ["not_found", "unauthenticated", "invalid_argument"])
    expect(metrics.value("prosa_calls_total", { method, code }), code).toBe(1);
  expect(metrics.value("prosa_call_duration_seconds_count", { method })).toBe(3);
});

test("an answer tells its first token, its tokens, their rate, and the load of its model", async () => {
  await ask("sentinel:tokens=10,slow-load=300");
  const metrics = await read();
  const model = { model: MODEL };
  // The title is an answer too.
  await vi.waitFor(async () => {
    expect((await read()).value("prosa_first_token_seconds_count", model)).toBe(2);
  });
  expect(metrics.value("prosa_tokens_total", { ...model, kind: "prompt" })).toBeGreaterThan(0);
  expect(metrics.value("prosa_tokens_total", { ...model, kind: "completion" })).toBeGreaterThan(9);
  expect(metrics.value("prosa_generation_tokens_per_second_count", model)).toBeGreaterThan(0);
  expect(metrics.value("prosa_model_load_seconds_sum", model)).toBeCloseTo(0.3, 1);
  expect(metrics.value("prosa_queue_wait_seconds_count", model)).toBeGreaterThan(0);
  expect(metrics.value("prosa_replies_total", { status: "complete" })).toBe(1);
});

test("the lines and the streams that are open are told as they are, and then are gone", async () => {
  const leave = new AbortController();
  const first = ask("sentinel:tokens=1000,delay=50", leave.signal);
  await vi.waitFor(async () => {
    expect((await read()).value("prosa_queue_running", { model: MODEL })).toBe(1);
  });
  const second = ask("after it", leave.signal);
  const method = "prosa.chat.v1.MessageService/SendMessage";
  await vi.waitFor(async () => {
    const metrics = await read();
    expect(metrics.value("prosa_queue_waiting", { model: MODEL })).toBe(1);
    expect(metrics.value("prosa_open_streams", { method })).toBe(2);
  });
  leave.abort();
  await Promise.all([failureOf(first), failureOf(second)]);
  await vi.waitFor(async () => {
    expect((await read()).value("prosa_open_streams", { method })).toBe(0);
  });
  // The one that waits first, or it would take its turn.
  for (const messageId of begun.slice(-2).toReversed()) await ana.messages.stopReply({ messageId });
  await vi.waitFor(async () => {
    const metrics = await read();
    expect(metrics.value("prosa_queue_running", { model: MODEL })).toBe(0);
    expect(metrics.value("prosa_queue_waiting", { model: MODEL })).toBe(0);
    expect(metrics.value("prosa_replies_total", { status: "stopped" })).toBe(2);
  });
});

test("a reply that fails is counted as such, and a stream that fails midway is not open", async () => {
  await ask("sentinel:error-midway");
  const metrics = await read();
  expect(metrics.value("prosa_replies_total", { status: "failed" })).toBe(1);
  const method = "prosa.chat.v1.MessageService/SendMessage";
  expect(metrics.value("prosa_open_streams", { method })).toBe(0);
});

test("the connections to the database that are busy, and who waits for one, are told", async () => {
  const { db } = served.app.deps;
  const busy = Array.from({ length: 7 }, async () => await db.execute(sql`select pg_sleep(0.5)`));
  const metrics = await read();
  const pool = { pool: "primary" };
  expect(metrics.value("prosa_database_connections_max", pool)).toBe(5);
  expect(metrics.value("prosa_database_connections_in_use", pool)).toBe(5);
  expect(metrics.value("prosa_database_waiting", pool)).toBe(2);
  await Promise.all(busy);
  expect((await read()).value("prosa_database_connections_in_use", pool)).toBe(0);
});

test("the process tells its memory and the lag of its event loop", async () => {
  await read();
  await sleep(50);
  const metrics = await read();
  expect(metrics.value("process_resident_memory_bytes", {})).toBeGreaterThan(1e7);
  expect(metrics.value("nodejs_eventloop_lag_p99_seconds", {})).toBeGreaterThan(0);
});

test("every metric of ours has a help text and a name with its unit", async () => {
  const ours = (await read()).families.filter(({ name }) => name.startsWith("prosa_"));
  expect(ours.length).toBeGreaterThan(12);
  for (const { name, type, help } of ours) {
    expect(help, name).toMatch(/^[A-Z].+\.$/);
    if (type === "counter") expect(name).toMatch(/_total$/);
    if (type === "histogram") expect(name).toMatch(/_(seconds|per_second)$/);
    if (type === "gauge") expect(name).not.toMatch(/_total$/);
  }
});

test("no label tells who has called or what was written", async () => {
  await ask("the words of somebody");
  const { text } = await read();
  for (const told of [ana.id, ana.email, ana.token, "somebody", "Ana"])
    expect(text).not.toContain(told);
});

test("names of models are told apart up to a limit, and counted together after it", async () => {
  const metrics = createMetrics();
  for (let n = 1; n <= 150; n += 1) metrics.models.waited(`model:${n}`, 1);
  const text = await metrics.read();
  const counts = text.match(/^prosa_queue_wait_seconds_count.*$/gm)!;
  expect(counts.length).toBe(101);
  expect(counts).toContain('prosa_queue_wait_seconds_count{model="other"} 50');
});
