import { sql } from "drizzle-orm";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createLog } from "../log.ts";
import { type CapturedLog, capturedLog } from "../testing/captured-log.ts";
import {
  type OtlpReceiver,
  type ReceivedSpan,
  startOtlpReceiver,
} from "../testing/otlp-receiver.ts";
import { type ServedApp, servedApp } from "../testing/served-app.ts";
import { observeQueries } from "./queries.ts";
import { startTracing } from "./tracing.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT = "00f067aa0ba902b7";
const SECRET_WORDS = "the words of somebody";

let receiver: OtlpReceiver;
let captured: CapturedLog;
let served: ServedApp;
let spans: ReceivedSpan[];

/** One question over the network, within a trace that its client has begun; then all is sent. */
beforeAll(async () => {
  receiver = await startOtlpReceiver();
  captured = capturedLog();
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url);
  vi.stubEnv("OTEL_RESOURCE_ATTRIBUTES", "service.name=prosa-test");
  const { log } = captured;
  const sampling = { sampler: "parentbased_always_on", ratio: 1 } as const;
  const tracing = await startTracing(log, sampling);
  const observe = observeQueries({ log, slowMs: 0 });
  const config = { ollamaParallel: 1, tracing: sampling };
  served = await servedApp({ log, databaseOptions: { observe }, config });
  const { token } = await served.app.signIn();
  const traced = served.clients(
    { authorization: `Bearer ${token}`, traceparent: `00-${TRACE}-${PARENT}-01` },
    "gRPC-Web",
  );
  const plain = served.clients({ authorization: `Bearer ${token}` });
  const ask = async ({ messages }: typeof plain, words: string) => {
    const { chat } = await plain.chats.createChat({});
    const request = { requestId: randomUUID(), chatId: chat!.id, text: words };
    // To the end of the stream, where the server ends the span of the call.
    const cases: string[] = [];
    for await (const { event } of messages.sendMessage(request)) cases.push(event.case ?? "");
    expect(cases).toContain("finished");
  };
  const before = ask(plain, "sentinel:tokens=20,delay=20");
  await vi.waitFor(() => expect(served.app.ollama.calls()).toBe(1));
  await Promise.all([before, ask(traced, SECRET_WORDS)]);
  await traced.chats.getChat({ chatId: randomUUID() }).catch(() => {});
  await served.app.deps.replies.close();
  await tracing.close();
  spans = receiver.spans.filter(({ traceId }) => traceId === TRACE);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await served[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

const named = (name: string | RegExp) =>
  spans.filter((span) => (typeof name === "string" ? span.name === name : name.test(span.name)));
const SEND = "prosa.chat.v1.MessageService/SendMessage";

test("the span of a call goes on where the client's traceparent has begun", () => {
  expect(named(SEND)).toMatchObject([
    {
      service: "prosa-test",
      parentId: PARENT,
      failed: false,
      attributes: {
        "rpc.system.name": "grpc",
        "rpc.method": SEND,
        "rpc.response.status_code": "ok",
      },
    },
  ]);
});

test("below it are the queries, the reply, its wait in line, and the request to Ollama", () => {
  const [call] = named(SEND);
  const [reply] = named("reply");
  expect(reply!.parentId).toBe(call!.spanId);
  expect(named("wait in line")[0]!.parentId).toBe(reply!.spanId);
  // The answer, and the title of the chat.
  const chat = {
    parentId: reply!.spanId,
    attributes: {
      "gen_ai.provider.name": "ollama",
      "gen_ai.usage.output_tokens": expect.any(Number),
    },
  };
  expect(named(/^chat /)).toMatchObject([chat, chat]);
  const queries = named(/^(select|insert|update|with)$/);
  expect(queries.length).toBeGreaterThan(2);
  expect(queries.every(({ attributes }) => attributes["db.system.name"] === "postgresql")).toBe(
    true,
  );
  expect(queries.map(({ attributes }) => attributes["db.query.text"]).join()).toContain("$1");
});

test("Ollama is asked with a traceparent of the same trace, below the span of the request", () => {
  const [chat] = named(/^chat /);
  const asked = served.app.ollama.requests.filter(({ kind }) => kind === "chat");
  expect(asked.map(({ traceparent }) => traceparent)).toContain(`00-${TRACE}-${chat!.spanId}-01`);
});

test("every span but the call's own hangs below another one of the trace", () => {
  const ids = new Set([PARENT, ...spans.map(({ spanId }) => spanId)]);
  expect(spans.filter(({ parentId }) => !ids.has(parentId))).toEqual([]);
});

test("a call whose client has begun no trace begins one", () => {
  const own = receiver.spans.filter(({ traceId }) => traceId !== TRACE);
  expect(own.find(({ name }) => name === SEND)).toMatchObject({ parentId: "" });
});

test("the text of replies, which is written for all together, is in no trace", () => {
  const texts = receiver.spans.map(({ attributes }) => attributes["db.query.text"]);
  expect(texts.filter((text) => String(text).includes("jsonb_to_recordset"))).toEqual([]);
});

test("a call that the client has asked wrongly is no failure of the server", () => {
  expect(named("prosa.chat.v1.ChatService/GetChat")).toMatchObject([
    { failed: false, attributes: { "rpc.response.status_code": "not_found" } },
  ]);
});

test("the log tells the id of the trace with each call", () => {
  const lines = captured.lines.filter(
    ({ method, traceId }) => method === SEND && traceId === TRACE,
  );
  expect(lines).toMatchObject([{ requestId: expect.any(String), code: "ok" }]);
});

test("no trace holds what people have written, what the model has answered, or an address", () => {
  const sent = Buffer.concat(receiver.bodies).toString("latin1");
  expect(sent).toContain(SEND);
  for (const words of [SECRET_WORDS, "river", "a long enough password", "@example.org"])
    expect(sent).not.toContain(words);
});

test("without a collector nothing is traced, and Ollama hears of no trace", async () => {
  const asked = served.app.ollama.requests.length;
  const person = await served.app.signIn("Rui");
  await person.models.listModels({});
  await served.app.deps.db.execute(sql`select 1`);
  const later = served.app.ollama.requests.slice(asked);
  expect(later.length).toBeGreaterThan(0);
  expect(later.filter(({ traceparent }) => traceparent !== undefined)).toEqual([]);
});

test("a collector that is away is told in the log, and does not hold up the end", async () => {
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1");
  const lines = capturedLog();
  const tracing = await startTracing(lines.log, { sampler: "always_on", ratio: 1 });
  await served.app.stranger.auth.getRegistrationPolicy({}).catch(() => {});
  await tracing.close();
  expect(lines.text()).toContain("the last traces could not be sent");
});

test("a sampler that keeps nothing sends nothing, and says so to Ollama", async () => {
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url);
  const before = receiver.bodies.length;
  const sampling = { sampler: "traceidratio", ratio: 0 } as const;
  const tracing = await startTracing(createLog("silent"), sampling);
  const asked = served.app.ollama.requests.length;
  const person = await served.app.signIn("Eva");
  await person.models.listModels({});
  await tracing.close();
  expect(receiver.bodies.length).toBe(before);
  const flags = served.app.ollama.requests
    .slice(asked)
    .map(({ traceparent }) => traceparent?.slice(-2));
  expect(new Set(flags)).toEqual(new Set(["00"]));
});
