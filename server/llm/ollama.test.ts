import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { LOAD_LIMIT, STALL_LIMIT } from "../limits.ts";
import { multibyteText } from "../testing/fake-answer.ts";
import { type FakeOllama, startFakeOllama } from "../testing/fake-ollama.ts";
import { type ChatRequest, createOllama, type OllamaApi } from "./ollama.ts";

let fake: FakeOllama;
let ollama: OllamaApi;

beforeAll(async () => {
  fake = await startFakeOllama();
  ollama = createOllama(() => Promise.resolve({ url: fake.url }));
});
afterEach(() => void vi.useRealTimers());
afterAll(() => fake.close());

function chat(text: string, more: Partial<ChatRequest> = {}, leave = new AbortController()) {
  const pieces: { text: string; thinking: string }[] = [];
  const arrived = { count: 0, at: 0, resolve: () => {} };
  const request: ChatRequest = {
    model: "fake:1b",
    messages: [{ role: "user", content: text }],
    numCtx: 4096,
    numPredict: 1000,
    ...more,
  };
  const end = ollama.chat(request, leave.signal, (text, thinking) => {
    pieces.push({ text, thinking });
    if (pieces.length === arrived.at) arrived.resolve();
  });
  end.catch(() => undefined);
  const has = (count: number) =>
    new Promise<void>((resolve) => {
      if (pieces.length >= count) resolve();
      else Object.assign(arrived, { at: count, resolve });
    });
  return { end, has, leave, text: () => pieces.map(({ text }) => text).join(""), pieces };
}

const last = () => fake.requests.findLast(({ kind }) => kind === "chat")!;
const unavailable = { reason: "MODEL_UNAVAILABLE" };

describe("an answer", () => {
  test("comes piece by piece, exactly, and ends with its figures", async () => {
    const { end, text, pieces } = chat("sentinel:multibyte,thinking", { model: "fake-think:1b" });
    expect(await end).toMatchObject({ truncated: false, loadDuration: 0 });
    expect((await end).promptTokens).toBeGreaterThan(0);
    expect((await end).completionTokens).toBe(pieces.length);
    expect((await end).generationDuration).toBeGreaterThan(0);
    expect(text()).toBe(multibyteText);
    expect(pieces.map(({ thinking }) => thinking).join("")).toBe("Let me think about it.");
  });

  test("is asked for with a fixed context, without silent cuts and only with given options", async () => {
    await chat("Hi").end;
    expect(last().body).toMatchObject({ truncate: false, stream: true });
    expect(last().body.options).toEqual({ num_ctx: 4096, num_predict: 1000 });
    expect(last().body).not.toHaveProperty("think");
    const all = { temperature: 0, topP: 0.5, topK: 7, seed: 0 };
    await chat("Hi", { ...all, think: false, model: "fake-think:1b" }).end;
    expect(last().body.options).toMatchObject({ temperature: 0, top_p: 0.5, top_k: 7, seed: 0 });
    expect(last().body.think).toBe(false);
  });

  test("that reaches its greatest length says so", async () => {
    const { end, pieces } = chat("sentinel:tokens=50", { numPredict: 10 });
    expect(await end).toMatchObject({ truncated: true });
    expect(pieces).toHaveLength(10);
  });

  test("is not whole without its last line, and what came before was told", async () => {
    const { end, text } = chat("sentinel:cut,tokens=7");
    await expect(end).rejects.toMatchObject(unavailable);
    expect(text()).not.toBe("");
  });

  test("that breaks off with an error has told what came before", async () => {
    const { end, pieces } = chat("sentinel:error-midway,tokens=7");
    await expect(end).rejects.toMatchObject({ reason: "MODEL_FAILED" });
    expect(pieces).toHaveLength(7);
  });

  test("that is not wanted any more frees the model", async () => {
    const { end, has, leave } = chat("sentinel:tokens=1000,delay=20");
    await has(2);
    leave.abort(new Error("not wanted"));
    await expect(end).rejects.toThrow("not wanted");
    await expect.poll(() => last().aborted).toBe(true);
  });

  test("that was never wanted is not asked for", async () => {
    const { length } = fake.requests;
    const leave = new AbortController();
    leave.abort(new Error("too late"));
    await expect(chat("Hi", {}, leave).end).rejects.toThrow("too late");
    expect(fake.requests.slice(length).filter(({ kind }) => kind === "chat")).toEqual([]);
  });
});

test.each([
  ["sentinel:error-before", {}, "MODEL_FAILED"],
  ["sentinel:busy", {}, "MODEL_UNAVAILABLE"],
  ["Hi", { model: "nowhere:1b" }, "MODEL_MISSING"],
  ["Hi", { model: "fake-embed" }, "MODEL_UNSUITABLE"],
  ["Hi", { think: true }, "MODEL_UNSUITABLE"],
])("%s with %o fails with %s", async (text, more, reason) => {
  await expect(chat(text, more).end).rejects.toMatchObject({ reason });
});

test("a prompt that is too long tells its length and the limit", async () => {
  await expect(chat("sentinel:too-long").end).rejects.toMatchObject({
    reason: "CONTEXT_EXCEEDED",
    metadata: { tokens: "302", limit: "256" },
  });
});

describe("a model that is silent", () => {
  const fakeTimers = () => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });

  test("before its first word is given up after the time that loading may take", async () => {
    fakeTimers();
    const asked = fake.requests.length;
    const { end } = chat("sentinel:hang");
    while (fake.requests.length === asked) await new Promise((resolve) => setImmediate(resolve));
    let over = false;
    void end.catch(() => (over = true));
    await vi.advanceTimersByTimeAsync(LOAD_LIMIT - 1);
    expect(over).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await expect(end).rejects.toMatchObject({ reason: "MODEL_STALLED" });
    vi.useRealTimers();
    await expect.poll(() => last().aborted).toBe(true);
  });

  test("in the middle of an answer is given up sooner, and its words are kept", async () => {
    fakeTimers();
    const { end, has, text } = chat("sentinel:stall,tokens=5");
    await has(5);
    let over = false;
    void end.catch(() => (over = true));
    await vi.advanceTimersByTimeAsync(STALL_LIMIT - 1);
    expect(over).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await expect(end).rejects.toMatchObject({ reason: "MODEL_STALLED" });
    expect(text()).not.toBe("");
  });
});

describe("a server of models that is away", () => {
  const away = createOllama(() => Promise.resolve({ url: "http://127.0.0.1:1" }));
  const request = { model: "m", messages: [], numCtx: 1, numPredict: 1 };

  test.each([
    ["answering", () => away.chat(request, new AbortController().signal, () => {})],
    ["listing", () => away.list()],
    ["telling what is loaded", () => away.loaded()],
    ["showing", () => away.show("m")],
    ["deleting", () => away.delete("m")],
    ["pulling", () => away.pull("m", new AbortController().signal, () => {})],
  ])("is told as such when %s", async (_, call) => {
    await expect(call()).rejects.toMatchObject({ ...unavailable, retryDelay: expect.any(Number) });
  });
});
