import { Averager, NumberSchema } from "#proto/study/averager_pb.ts";
import { Chat } from "#proto/study/chat_pb.ts";
import { Greeter } from "#proto/study/greeter_pb.ts";
import { Streamer } from "#proto/study/streamer_pb.ts";
import { create } from "@bufbuild/protobuf";
import { createClient, createHandlerContext } from "@connectrpc/connect";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { createChannel } from "../events/channel.ts";
import { MAX_STUDY_MESSAGES, MAX_STUDY_NUMBERS, OPEN_STREAM_IDLE } from "../limits.ts";
import { serverClosing } from "../rpc/context.ts";
import { type CapturedLog, capturedLog } from "../testing/captured-log.ts";
import { type TestApp, testApp } from "../testing/app.ts";
import { failureOf } from "../testing/failure.ts";
import { averagerService } from "./averager-service.ts";

let captured: CapturedLog;
let app: TestApp;

beforeAll(async () => {
  captured = capturedLog();
  app = await testApp({ log: captured.log });
});
afterAll(() => app[Symbol.asyncDispose]());
afterEach(() => {
  vi.useRealTimers();
  expect(captured.lines.filter(({ level }) => Number(level) >= 50)).toEqual([]);
});

const greeter = () => createClient(Greeter, app.stranger.transport);
const streamer = () => createClient(Streamer, app.stranger.transport);
const averager = () => createClient(Averager, app.stranger.transport);
const chat = () => createClient(Chat, app.stranger.transport);

const contextOf = () =>
  createHandlerContext({
    service: Averager,
    method: Averager.method.computeAverage,
    protocolName: "grpc",
    requestMethod: "POST",
    url: "",
  });

/** 4,096 bytes, and one more character. */
const longest = "ã".repeat(2048);
const tooLong = `${longest}a`;

async function* stream<T>(items: Iterable<T>) {
  yield* items;
}
function* times<T>(count: number, item: T) {
  for (let left = count; left > 0; left -= 1) yield item;
}
const refused = (field: string) => ({ code: "InvalidArgument", fields: [field] });

describe("SayHello", () => {
  test("greets by name", async () => {
    expect((await greeter().sayHello({ name: "Alice" })).message).toBe("Olá, Alice!");
    expect((await greeter().sayHello({ name: longest })).message).toBe(`Olá, ${longest}!`);
  });

  test("refuses a name of more than 4 KiB", async () => {
    expect(await failureOf(greeter().sayHello({ name: tooLong }))).toMatchObject({
      ...refused("name"),
      message: "name: must be at most 4096 bytes [string.max_bytes]",
    });
  });
});

describe("StreamTime", () => {
  test("tells the time as often as it is asked to", async () => {
    const replies = await timesOf(2);
    expect(replies).toHaveLength(2);
    for (const { time } of replies) expect(time).toMatch(/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/);
    expect(replies[1]!.time).not.toBe(replies[0]!.time);
  });

  test("tells nothing when asked for nothing, and refuses what is out of bounds", async () => {
    expect(await timesOf(0)).toEqual([]);
    for (const count of [-1, 3601, 2 ** 31 - 1, -(2 ** 31)]) {
      const failure = await failureOf(streamer().streamTime({ count }));
      expect(failure, String(count)).toMatchObject(refused("count"));
    }
  });

  test("tells the first time at once and stops working when it is left", async () => {
    const leave = new AbortController();
    const request = streamer().streamTime({ count: 3600 }, { signal: leave.signal });
    const replies = request[Symbol.asyncIterator]();
    expect((await replies.next()).value).toHaveProperty("time");
    const second = failureOf(replies.next());
    leave.abort();
    expect(await second).toMatchObject({ code: "Canceled" });
    await vi.waitFor(() =>
      expect(lastLine()).toMatchObject({ method: "Streamer/StreamTime", code: "canceled" }),
    );
  });

  test("keeps the deadline and ends with the server", async () => {
    const late = await failureOf(streamer().streamTime({ count: 60 }, { timeoutMs: 200 }));
    expect(late).toMatchObject({ code: "DeadlineExceeded" });
    const replies = streamer().streamTime({ count: 60 })[Symbol.asyncIterator]();
    await replies.next();
    app.deps.topics.publish(serverClosing);
    const ended = await failureOf(replies.next());
    expect(ended).toMatchObject({ code: "Unavailable", reason: "SHUTTING_DOWN" });
  });
});

describe("ComputeAverage", () => {
  const average = (values: Iterable<number>) =>
    averager().computeAverage(stream([...values].map((value) => ({ value }))));

  test("is the mean of all numbers", async () => {
    expect((await average([10, 20, 30, 40, 50])).result).toBe(30);
    expect((await average([1e308, 1e308])).result).toBe(1e308);
  });

  test("refuses no number at all, and numbers that are none", async () => {
    for (const values of [[], [Number.NaN], [1, Infinity], [1, -Infinity, 2]]) {
      const failure = await failureOf(average(values));
      expect(failure, String(values)).toMatchObject(refused("value"));
    }
  });

  test("takes a million numbers and not one more", { timeout: 60_000 }, async () => {
    // Without the way through a transport, which would take its time with so many.
    const service = averagerService(app.deps);
    const number = create(NumberSchema, { value: 3 });
    let taken = 0;
    const numbers = (async function* () {
      for (; ; taken += 1) yield number;
    })();
    const refused = { reason: "STREAM_TOO_LONG", metadata: { limit: "1000000" } };
    const average = (async () => service.computeAverage(numbers, contextOf()))();
    await expect(average).rejects.toMatchObject(refused);
    expect(taken).toBe(MAX_STUDY_NUMBERS);
  });

  test("ends when the client breaks off, falls silent or has no more time", async () => {
    const leave = new AbortController();
    const left = averager().computeAverage(createChannel(), { signal: leave.signal });
    leave.abort();
    expect(await failureOf(left)).toMatchObject({ code: "Canceled" });
    const silent = createChannel<{ value: number }>();
    silent.push({ value: 1 });
    const late = averager().computeAverage(silent, { timeoutMs: 100 });
    expect(await failureOf(late)).toMatchObject({ code: "DeadlineExceeded" });

    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const idle = failureOf(averager().computeAverage(createChannel()));
    await vi.advanceTimersByTimeAsync(OPEN_STREAM_IDLE);
    expect(await idle).toMatchObject({
      code: "DeadlineExceeded",
      reason: "STREAM_IDLE",
      metadata: { limit: "300" },
    });
  });
});

describe("ChatStream", () => {
  test("answers each message at once, while more may come", async () => {
    const said = createChannel<{ user: string; message: string }>();
    const answers = chat().chatStream(said)[Symbol.asyncIterator]();
    for (const message of ["Oi", longest, ""]) {
      said.push({ user: "Ana", message });
      expect((await answers.next()).value).toMatchObject({
        user: "Servidor",
        message: `Recebido: ${message}`,
      });
    }
    said.end();
    expect((await answers.next()).done).toBe(true);
  });

  test("refuses what is too long, after the answers to what was not", async () => {
    for (const [field, bad] of [
      ["user", { user: tooLong, message: "" }],
      ["message", { user: "", message: tooLong }],
    ] as const) {
      const call = chat().chatStream(stream([{ message: "Oi" }, bad]));
      const answers = call[Symbol.asyncIterator]();
      expect((await answers.next()).value).toMatchObject({ message: "Recebido: Oi" });
      expect(await failureOf(answers.next())).toMatchObject(refused(field));
    }
  });

  test(
    "ends when it holds too much, when the client is silent, and with the server",
    { timeout: 60_000 },
    async () => {
      const many = chat().chatStream(stream(times(MAX_STUDY_MESSAGES + 1, {})));
      expect(await failureOf(many)).toMatchObject({ reason: "STREAM_TOO_LONG" });

      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      const idle = failureOf(chat().chatStream(createChannel()));
      await vi.advanceTimersByTimeAsync(OPEN_STREAM_IDLE);
      expect(await idle).toMatchObject({ code: "DeadlineExceeded", reason: "STREAM_IDLE" });
      vi.useRealTimers();

      const said = createChannel<object>();
      const answers = chat().chatStream(said)[Symbol.asyncIterator]();
      said.push({});
      await answers.next();
      app.deps.topics.publish(serverClosing);
      expect(await failureOf(answers.next())).toMatchObject({ reason: "SHUTTING_DOWN" });
    },
  );
});

async function timesOf(count: number) {
  const replies = [];
  for await (const reply of streamer().streamTime({ count })) replies.push(reply);
  return replies;
}

function lastLine() {
  return captured.lines.findLast(({ msg }) => msg === "call");
}
