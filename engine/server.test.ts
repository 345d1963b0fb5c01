import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Line, startEngine } from "./testing/running-engine.ts";

// Loading llama.cpp takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let engine: Awaited<ReturnType<typeof startEngine>>;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());

const STORY = { role: "user", content: "Conte uma história longa" };
const ask = (content: string, more: object = {}) => ({
  model: "prosa-tiny",
  messages: [{ role: "user", content }],
  ...more,
});
const textOf = (lines: Line[]) => lines.map((line) => line.message?.content ?? "").join("");
const chat = async (body: object) =>
  (await engine.json("POST", "/api/chat", { ...body, stream: false })).body;

test("an answer comes token by token and ends with the counts of Ollama", async () => {
  const lines = await engine.allLines("/api/chat", ask("Qual é a capital do Brasil?"));
  expect(textOf(lines)).toBe("A capital do Brasil é Brasília.");
  expect(lines.length).toBeGreaterThan(5);
  expect(lines.slice(0, -1).every((line) => line.done === false)).toBe(true);
  expect(lines.at(-1)).toMatchObject({
    model: "prosa-tiny",
    created_at: expect.stringMatching(/^\d{4}-.*Z$/),
    message: { role: "assistant", content: "" },
    done: true,
    done_reason: "stop",
    total_duration: expect.any(Number),
    load_duration: expect.any(Number),
    prompt_eval_count: expect.any(Number),
    prompt_eval_duration: expect.any(Number),
    eval_count: 8,
    eval_duration: expect.any(Number),
  });
});

test.each([
  ["What is the capital of Brazil?", "The capital of Brazil is Brasília.", 9],
  ["Count to 10", "1, 2, 3, 4, 5, 6, 7, 8, 9, 10.", 30],
  ["Obrigado", "De nada! Se precisar de mais alguma coisa, é só escrever.", 18],
])(
  "the known answer to %j comes out, whole and with its true length",
  async (question, answer, count) => {
    expect(await chat(ask(question))).toMatchObject({
      message: { content: answer },
      eval_count: count,
    });
  },
);

test("system messages and earlier turns are part of the prompt, cached or not", async () => {
  const messages = [
    { role: "system", content: "You are a helpful assistant." },
    { role: "user", content: "Hi" },
    { role: "assistant", content: "Hello!" },
    { role: "user", content: "Tell me a joke" },
  ];
  const first = await chat({ model: "prosa-tiny", messages });
  const again = await chat({ model: "prosa-tiny", messages });
  const short = await chat(ask("Tell me a joke"));
  expect(again.prompt_eval_count).toBe(first.prompt_eval_count);
  expect(again.message).toEqual(first.message);
  expect(first.prompt_eval_count).toBeGreaterThan(short.prompt_eval_count! + 15);
});

test("an answer goes on where a given one ends, wherever that was cut", async () => {
  const asked = ask("Qual é a capital do Brasil?");
  const pieces = await engine.allLines("/api/chat", asked);
  const whole = textOf(pieces);
  for (let count = 1; count < pieces.length - 1; count += 1) {
    const begun = textOf(pieces.slice(0, count));
    const messages = [...asked.messages, { role: "assistant", content: begun }];
    const { message } = await chat({ ...asked, messages });
    expect(begun + message!.content).toBe(whole);
  }
});

test("num_predict bounds the answer and stop strings never show", async () => {
  const bounded = await chat(ask("Count to 10", { options: { num_predict: 5 } }));
  expect(bounded).toMatchObject({ done_reason: "length", eval_count: 5 });
  const stopped = await chat(ask("Count to 10", { options: { stop: [", 4"] } }));
  expect(stopped).toMatchObject({ message: { content: "1, 2, 3" }, done_reason: "stop" });
});

test("the same seed gives the same answer at a high temperature", async () => {
  const wild = (seed: number) =>
    chat(ask("Conte uma piada", { options: { temperature: 1.5, seed, num_predict: 20 } }));
  const [one, same] = [await wild(7), await wild(7)];
  expect(one.message).toEqual(same.message);
});

test("an answer ends when the context is full", async () => {
  const full = await chat({ model: "prosa-tiny", messages: [STORY], options: { num_ctx: 256 } });
  expect(full.done_reason).toBe("length");
  expect(full.prompt_eval_count! + full.eval_count!).toBe(256);
});

test("an over-long prompt is refused with its length when it may not be cut", async () => {
  const long = ask("x ".repeat(400), { truncate: false, options: { num_ctx: 256 } });
  expect(await engine.json("POST", "/api/chat", long)).toEqual({
    status: 400,
    body: {
      error: expect.stringMatching(
        /^request \(4\d\d tokens\) exceeds the available context size \(256 tokens\)$/,
      ),
    },
  });
});

test("without truncate:false the oldest messages make room", async () => {
  const messages = [
    { role: "user", content: "x ".repeat(400) },
    { role: "user", content: "Count to 10" },
  ];
  const answer = await chat({ model: "prosa-tiny", messages, options: { num_ctx: 256 } });
  expect(answer.message?.content).toBe("1, 2, 3, 4, 5, 6, 7, 8, 9, 10.");
});

test("a request that is closed in mid-answer frees the model", async () => {
  const leaving = new AbortController();
  const lines = engine.lines(
    "/api/chat",
    { model: "prosa-tiny", messages: [STORY] },
    leaving.signal,
  );
  await lines.next();
  leaving.abort();
  await expect(lines.next()).rejects.toThrow();
  expect((await chat(ask("Count to 10"))).eval_count).toBe(30);
});

test("two at once follow each other, and one that leaves the queue holds nobody up", async () => {
  const order: string[] = [];
  const follow = async (name: string, body: object, signal?: AbortSignal) => {
    for await (const line of engine.lines("/api/chat", body, signal))
      if (line.done) order.push(name);
  };
  const story = engine.lines("/api/chat", {
    model: "prosa-tiny",
    messages: [STORY],
    options: { num_predict: 60 },
  });
  await story.next();
  const leaving = new AbortController();
  const left = follow("left", ask("Hi"), leaving.signal);
  const second = follow("second", ask("Hi"));
  setImmediate(() => leaving.abort());
  await expect(left).rejects.toThrow();
  for await (const line of story) if (line.done) order.push("first");
  await second;
  expect(order).toEqual(["first", "second"]);
});

test("an empty conversation loads the model, and keep_alive 0 unloads it", async () => {
  const load = await engine.json("POST", "/api/chat", { model: "prosa-tiny", messages: [] });
  expect(load.body).toMatchObject({ done: true, done_reason: "load", message: { content: "" } });
  const loaded = (await engine.json("GET", "/api/ps")).body.models as Line[];
  expect(loaded).toMatchObject([
    {
      name: "prosa-tiny:latest",
      size_vram: 0,
      context_length: 2048,
      expires_at: expect.any(String),
    },
  ]);
  const unload = await engine.json("POST", "/api/chat", {
    model: "prosa-tiny",
    messages: [],
    keep_alive: 0,
  });
  expect(unload.body).toMatchObject({ done: true, done_reason: "unload" });
  expect((await engine.json("GET", "/api/ps")).body).toEqual({ models: [] });
});

test("generate answers a bare prompt", async () => {
  const body = { model: "prosa-tiny", prompt: "Count to 10" };
  const lines = await engine.allLines("/api/generate", body);
  expect(lines.map((line) => line.response).join("")).toBe("1, 2, 3, 4, 5, 6, 7, 8, 9, 10.");
});

test("tags and show describe the built-in model", async () => {
  const [model] = (await engine.json("GET", "/api/tags")).body.models as Line[];
  expect(model).toMatchObject({
    name: "prosa-tiny:latest",
    size: 5_647_904,
    digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    details: {
      format: "gguf",
      family: "llama",
      parameter_size: "5.2M",
      quantization_level: "Q8_0",
    },
    capabilities: ["completion"],
  });
  const shown = await engine.json("POST", "/api/show", { model: "prosa-tiny" });
  expect(shown.body).toMatchObject({
    model_info: { "general.architecture": "llama", "llama.context_length": 2048 },
    template: expect.stringContaining("<|start_header_id|>"),
  });
});

test.each([
  ["GET", "/api/nothing", undefined, 404, "404 page not found"],
  ["GET", "/api/chat", undefined, 405, "405 method not allowed"],
  ["POST", "/api/chat", "{", 400, "the request body is not JSON"],
  ["POST", "/api/chat", "[]", 400, "the request body is not a JSON object"],
  ["POST", "/api/chat", { messages: [] }, 400, "model is required"],
  ["POST", "/api/chat", { model: "../x", messages: [] }, 400, "invalid model name"],
  ["POST", "/api/chat", { model: "x", messages: [] }, 404, "model 'x' not found"],
  ["POST", "/api/chat", ask("Hi", { think: true }), 400, "does not support thinking"],
  ["POST", "/api/chat", ask("Hi", { tools: [{}] }), 400, "does not support tools"],
  ["POST", "/api/chat", { model: "prosa-tiny", messages: [{ role: "tool" }] }, 400, "invalid role"],
  ["POST", "/api/show", { model: "x" }, 404, "model 'x' not found"],
  ["POST", "/api/embed", { model: "prosa-tiny", input: [7] }, 400, "invalid input type"],
  ["POST", "/api/embed", { model: "x", input: "Hi" }, 404, "model 'x' not found"],
  ["DELETE", "/api/delete", { model: "x" }, 404, "model 'x' not found"],
  ["DELETE", "/api/delete", { model: "prosa-tiny" }, 400, "is built in and cannot be deleted"],
])("%s %s with %j answers %d", async (method, path, body, status, error) => {
  const answer = await engine.json(method, path, body);
  expect(answer).toEqual({ status, body: { error: expect.stringContaining(error) } });
});

test("a body beyond 32 MiB is refused before it is all there", async () => {
  const socket = connect(Number(new URL(engine.base).port), "127.0.0.1").setEncoding("utf8");
  socket.on("error", () => {});
  socket.write(`POST /api/chat HTTP/1.1\r\nhost: x\r\ncontent-length: ${64 * 1024 ** 2}\r\n\r\n`);
  socket.write(Buffer.alloc(33 * 1024 ** 2, " "));
  const [answer] = (await once(socket, "data")) as [string];
  expect(answer).toMatch(/^HTTP\/1.1 413 .*/);
  socket.destroy();
});
