import { afterAll, expect, test } from "vitest";
import { startOtlpReceiver } from "../server/testing/otlp-receiver.ts";
import { readMetrics } from "../server/testing/read-metrics.ts";
import { register } from "./support/clients.ts";
import { screensOf } from "./support/screens.ts";
import { outputs } from "./support/server.ts";
import { useStage } from "./support/stage.ts";
import { leaksIn, written } from "./support/written.ts";

const receiver = await startOtlpReceiver();
afterAll(() => receiver[Symbol.asyncDispose]());
const stage = useStage({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } });

const CALL = ["address", "code", "level", "method", "ms", "msg", "requestId", "time", "traceId"];
const WORDS = "Where do the small boats go?";

/** What the server has logged of calls so far. */
function callLines(): Record<string, unknown>[] {
  const lines = outputs.flatMap((output) => output().split("\n"));
  return lines
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ msg }) => msg === "call");
}

test("what journeys write and are given is remembered, and would be found in a log", async () => {
  const person = await register(stage.url);
  await stage.visit({ as: person }, async ({ page, open }) => {
    await open();
    const screens = screensOf(page);
    await screens.ask(WORDS);
    await screens.answered();
  });
  for (const secret of [WORDS, person.password, person.token, person.email]) {
    expect(written).toContain(secret);
    expect(leaksIn(`{"msg":"call","text":"… ${secret} …"}`)).toContain(secret);
  }
});

test("the log has one line of each call, with ids and figures alone", async () => {
  const person = await register(stage.url);
  await person.chats.createChat({ title: "A title that nobody should see" });
  const lines = callLines().filter(
    ({ method }) => method === "prosa.chat.v1.ChatService/CreateChat",
  );
  expect(lines.length).toBeGreaterThan(0);
  for (const line of callLines()) {
    expect(CALL).toEqual(expect.arrayContaining(Object.keys(line).filter((key) => key !== "user")));
    expect(line["requestId"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(line["traceId"]).toMatch(/^[0-9a-f]{32}$/);
  }
});

test("a message that is sent in the browser is one trace up to the request to Ollama", async () => {
  const person = await register(stage.url);
  let traceId: string | undefined;
  await stage.visit({ as: person }, async ({ context, page, open }) => {
    context.on("request", (request) => {
      if (request.url().endsWith("/SendMessage"))
        traceId = request.headers()["traceparent"]?.split("-")[1];
    });
    await open();
    const screens = screensOf(page);
    await screens.ask("Tell me of the trace, please");
    await screens.answered();
  });
  expect(traceId).toMatch(/^[0-9a-f]{32}$/);
  await expect
    .poll(() => receiver.spans.filter((span) => span.traceId === traceId).map(({ name }) => name), {
      timeout: 20_000,
    })
    .toEqual(
      expect.arrayContaining([
        "prosa.chat.v1.MessageService/SendMessage",
        "reply",
        expect.stringMatching(/^chat /),
      ]),
    );
  const asked = stage.ollama.requests.map(({ traceparent }) => traceparent?.split("-")[1]);
  expect(asked).toContain(traceId);
  expect(leaksIn(Buffer.concat(receiver.bodies).toString("latin1"))).toEqual([]);
});

test("the metrics of a real server tell of its calls, and of nobody", async () => {
  const { text, value } = await readMetrics(stage.url);
  expect(value("prosa_replies_total", { status: "complete" })).toBeGreaterThan(0);
  expect(leaksIn(text)).toEqual([]);
});
