import { Ollama } from "ollama";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fakeTitle, makePieces } from "./fake-answer.ts";
import { startFakeOllama, type FakeOllama } from "./fake-ollama.ts";

let fake: FakeOllama;
let ollama: Ollama;

beforeEach(async () => {
  fake = await startFakeOllama();
  ollama = new Ollama({ host: fake.url });
});

afterEach(() => fake.close());

async function ask(content: string, model = "fake:1b", extra: object = {}) {
  const messages = [{ role: "user", content }];
  let text = "";
  let thinking = "";
  for await (const part of await ollama.chat({ model, messages, stream: true, ...extra })) {
    text += part.message.content;
    thinking += part.message.thinking ?? "";
    if (part.done) return { text, thinking, reason: part.done_reason, tokens: part.eval_count };
  }
  return { text, thinking, reason: undefined, tokens: 0 };
}

async function pull(model: string) {
  for await (const _ of await ollama.pull({ model, stream: true })) continue;
}

test("an answer is as long as its sentinel says, byte for byte", async () => {
  expect(await ask("sentinel:tokens=100")).toEqual({
    text: makePieces(100).join(""),
    thinking: "",
    reason: "stop",
    tokens: 100,
  });
});

test("an answer is cut where the request limits it", async () => {
  const answer = await ask("sentinel:tokens=100", "fake:1b", { options: { num_predict: 3 } });
  expect(answer).toMatchObject({ text: makePieces(3).join(""), reason: "length" });
});

test("each failure looks as Ollama's own", async () => {
  await expect(ask("sentinel:error-before")).rejects.toMatchObject({ status_code: 500 });
  await expect(ask("sentinel:busy")).rejects.toMatchObject({ status_code: 503 });
  await expect(ask("sentinel:too-long")).rejects.toMatchObject({ status_code: 400 });
  await expect(ask("sentinel:error-midway")).rejects.toThrow("CUDA error");
  await expect(ask("sentinel:cut")).rejects.toThrow("Did not receive done");
  await expect(ask("hello", "nobody:1b")).rejects.toMatchObject({ status_code: 404 });
  await expect(ask("hello", "fake:1b", { think: true })).rejects.toThrow("does not support");
});

test("a prompt that is longer than the context is refused, not cut", async () => {
  const extra = { truncate: false, options: { num_ctx: 100 } };
  await expect(ask("x".repeat(1_000), "fake:1b", extra)).rejects.toThrow("exceeds the available");
  await expect(ask("x".repeat(100), "fake:1b", extra)).resolves.toMatchObject({ reason: "stop" });
});

test("a thinking model thinks unless it is told not to", async () => {
  expect((await ask("hello", "fake-think:1b")).thinking).not.toBe("");
  expect((await ask("hello", "fake-think:1b", { think: false })).thinking).toBe("");
});

test("a request for a title is told from a chat and can be made to fail", async () => {
  expect((await ask("Write a short title for this")).text).toBe(fakeTitle);
  expect((await ask("Escreva um título curto")).text).toBe(fakeTitle);
  await expect(ask("Write a short title for sentinel:no-title")).rejects.toThrow();
  expect(fake.calls()).toBe(0);
  expect(fake.requests.map(({ kind }) => kind)).toEqual(["title", "title", "title"]);
});

test("a client that leaves is noticed", async () => {
  const leaving = new AbortController();
  const response = await fetch(`${fake.url}/api/chat`, {
    method: "POST",
    body: JSON.stringify({
      model: "fake:1b",
      messages: [{ role: "user", content: "sentinel:stall" }],
    }),
    signal: leaving.signal,
  });
  await response.body?.getReader().read();
  leaving.abort();
  await expect.poll(() => fake.requests[0]?.aborted).toBe(true);
});

test("a model is loaded after the time that was asked for", async () => {
  const answer = ask("sentinel:slow-load=200");
  await expect.poll(() => fake.calls("fake:1b")).toBe(1);
  expect((await ollama.ps()).models).toEqual([]);
  await answer;
  expect((await ollama.ps()).models.map(({ name }) => name)).toEqual(["fake:1b"]);
});

test("a pull brings a model and a delete takes it away", async () => {
  const names = async () => (await ollama.list()).models.map(({ name }) => name);
  await pull("new:1b");
  expect(await names()).toContain("new:1b");
  await ollama.delete({ model: "new:1b" });
  expect(await names()).not.toContain("new:1b");
});

test.each(["missing:latest", "offline:1b", "cut:1b"])("a pull of %s fails", async (model) => {
  await expect(pull(model)).rejects.toThrow();
});
