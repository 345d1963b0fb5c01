import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type Line, startEngine } from "./testing/running-engine.ts";

// Loading llama.cpp takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let engine: Awaited<ReturnType<typeof startEngine>>;
beforeAll(async () => {
  engine = await startEngine();
});
afterEach(() => embed({ input: [], keep_alive: 0 }));
afterAll(() => engine.close());

type Answer = Line & { embeddings: number[][] };

async function embed(body: object) {
  const whole = { model: "prosa-tiny", ...body };
  const { status, body: answer } = await engine.json("POST", "/api/embed", whole);
  return { status, body: answer as Answer };
}
const inMemory = async () =>
  ((await engine.json("GET", "/api/ps")).body.models as Line[]).map(({ name }) => name);

test("each text gets a vector of length 1, in the order of the texts", async () => {
  const { body } = await embed({ input: ["Oi", "Tchau", "Oi"] });
  const vectors = body.embeddings;
  expect(vectors.map((vector) => vector.length)).toEqual([256, 256, 256]);
  for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1);
  expect(vectors[0]).not.toEqual(vectors[1]);
  expect(vectors[0]).toEqual(vectors[2]);
  expect(Object.keys(body).toSorted()).toEqual([
    "embeddings",
    "load_duration",
    "model",
    "prompt_eval_count",
    "total_duration",
  ]);
});

test("a vector does not depend on what the model did before", async () => {
  const [before] = (await embed({ input: "Bom dia" })).body.embeddings;
  await engine.json("POST", "/api/chat", {
    model: "prosa-tiny",
    messages: [{ role: "user", content: "Count to 10" }],
    stream: false,
  });
  await embed({ input: "something else entirely" });
  expect((await embed({ input: "Bom dia" })).body.embeddings).toEqual([before]);
});

test("a text that is too long is an error when it may not be cut, and cut when it may", async () => {
  const input = ["Oi", "x ".repeat(200)];
  const options = { num_ctx: 64 };
  expect(await embed({ input, options, truncate: false })).toEqual({
    status: 400,
    body: { error: "the input length exceeds the context length" },
  });
  const { body } = await embed({ input, options });
  expect(body.embeddings).toHaveLength(2);
  const { prompt_eval_count: short } = (await embed({ input: "Oi", options })).body;
  expect(body.prompt_eval_count).toBe(64 + short!);
});

test("a text that just fits is not cut", async () => {
  const count = async (length: number) =>
    (await embed({ input: "x ".repeat(length) })).body.prompt_eval_count!;
  const most = await count(100);
  const options = { num_ctx: most };
  const fits = await embed({ input: "x ".repeat(100), options, truncate: false });
  expect(fits.body.prompt_eval_count).toBe(most);
  const over = await embed({ input: "x ".repeat(101), options, truncate: false });
  expect(over.status).toBe(400);
});

test("without texts the model is only loaded, and unloaded when it is not to stay", async () => {
  expect(await inMemory()).toEqual([]);
  for (const input of [[], ""]) {
    expect((await embed({ input })).body).toEqual({ model: "prosa-tiny", embeddings: [] });
    expect(await inMemory()).toEqual(["prosa-tiny:latest"]);
  }
  await embed({ input: [], keep_alive: 0 });
  expect(await inMemory()).toEqual([]);
});

test("an unload waits for the vectors that are being made", async () => {
  const input = Array.from({ length: 20 }, (_, index) => `text ${index} `.repeat(50));
  const making = embed({ input });
  await expect.poll(inMemory, { timeout: 20_000 }).toEqual(["prosa-tiny:latest"]);
  const messages: never[] = [];
  await engine.json("POST", "/api/chat", { model: "prosa-tiny", messages, keep_alive: 0 });
  expect(await inMemory()).toEqual([]);
  expect((await making).body.embeddings).toHaveLength(20);
});

test("who leaves frees the model", async () => {
  const leave = new AbortController();
  const input = Array.from({ length: 5000 }, () => "a text of some words ".repeat(50));
  const left = engine
    .request("POST", "/api/embed", { model: "prosa-tiny", input }, leave.signal)
    .then(
      () => "answered",
      () => "left",
    );
  await expect.poll(inMemory, { timeout: 20_000 }).toEqual(["prosa-tiny:latest"]);
  leave.abort();
  expect(await left).toBe("left");
  expect((await embed({ input: "Oi" })).status).toBe(200);
});
