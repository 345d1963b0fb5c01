import { afterAll, beforeAll, expect, test } from "vitest";
import { type Line, startEngine } from "../../engine/testing/running-engine.ts";

const ollama = process.env.OLLAMA_HOST ?? "";
let engine: Awaited<ReturnType<typeof startEngine>>;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());

async function lines(base: string, path: string, body: unknown): Promise<Line[]> {
  const response = await fetch(base + path, { method: "POST", body: JSON.stringify(body) });
  return (await response.text())
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}

async function both(path: string, body: unknown) {
  return { real: await lines(ollama, path, body), ours: await lines(engine.base, path, body) };
}

const textOf = (answer: Line[]) => answer.map((line) => line.message?.content ?? "").join("");
const vectorsOf = ([answer]: Line[]) => answer?.embeddings as number[][];
const dot = (one: number[], other: number[]) =>
  one.reduce((sum, value, index) => sum + value * other[index]!, 0);
const inMemory = async (base: string) => {
  const { models } = (await (await fetch(`${base}/api/ps`)).json()) as { models: Line[] };
  return models.map(({ name }) => String(name).replace(/:latest$/, ""));
};
const fieldsOf = (value: unknown) => Object.keys(value as object).toSorted();

test.each([
  "Qual é a capital do Brasil?",
  "Count to 10",
  "Show me a .proto example",
  "Conte uma história longa",
])("%s is answered with the same words and counts as by Ollama", async (content) => {
  const { real, ours } = await both("/api/chat", {
    model: "prosa-tiny",
    messages: [{ role: "user", content }],
  });
  expect(textOf(ours)).toBe(textOf(real));
  const { prompt_eval_count, eval_count, done_reason } = real.at(-1) ?? {};
  expect(ours.at(-1)).toMatchObject({ prompt_eval_count, eval_count, done_reason });
  expect(fieldsOf(ours.at(-1))).toEqual(fieldsOf(real.at(-1)));
  expect(fieldsOf(ours[0])).toEqual(fieldsOf(real[0]));
});

test("a conversation with a system message is the same prompt", async () => {
  const messages = [
    { role: "system", content: "You are a helpful assistant." },
    { role: "user", content: "Hi" },
    { role: "assistant", content: "Hello!" },
    { role: "user", content: "Tell me a joke" },
  ];
  const { real, ours } = await both("/api/chat", { model: "prosa-tiny", messages });
  expect(ours.at(-1)?.prompt_eval_count).toBe(real.at(-1)?.prompt_eval_count);
  expect(textOf(ours)).toBe(textOf(real));
});

test("a bounded answer, a load and an unload end as in Ollama", async () => {
  const messages = [{ role: "user", content: "Count to 10" }];
  const bodies = [
    { model: "prosa-tiny", messages, options: { num_predict: 5 } },
    { model: "prosa-tiny", messages: [] },
    { model: "prosa-tiny", messages: [], keep_alive: 0 },
  ];
  for (const body of bodies) {
    const { real, ours } = await both("/api/chat", body);
    expect(ours.at(-1)?.done_reason).toBe(real.at(-1)?.done_reason);
    expect(fieldsOf(ours.at(-1))).toEqual(fieldsOf(real.at(-1)));
  }
});

test("texts get the vectors of Ollama", async () => {
  const input = ["Oi", "What is the capital of Brazil?", "Conte uma história longa, por favor."];
  const { real, ours } = await both("/api/embed", { model: "prosa-tiny", input, truncate: false });
  expect(ours[0]).toMatchObject({ prompt_eval_count: real[0]?.prompt_eval_count });
  expect(fieldsOf(ours[0])).toEqual(fieldsOf(real[0]));
  const [wanted, got] = [vectorsOf(real), vectorsOf(ours)];
  expect(got.map(({ length }) => length)).toEqual(wanted.map(({ length }) => length));
  for (const [index, vector] of got.entries()) {
    expect(Math.hypot(...vector)).toBeCloseTo(1);
    expect(dot(vector, wanted[index]!)).toBeGreaterThan(0.99);
  }
  expect(dot(got[0]!, wanted[1]!)).toBeLessThan(0.99);
});

test("texts that are too long are cut or refused as by Ollama", async () => {
  const options = { num_ctx: 256 };
  const input = "x ".repeat(400);
  const refused = [ollama, engine.base].map(async (base) => {
    const body = JSON.stringify({ model: "prosa-tiny", input, options, truncate: false });
    const response = await fetch(`${base}/api/embed`, { method: "POST", body });
    return { status: response.status, body: await response.json() };
  });
  const [real, ours] = await Promise.all(refused);
  expect(ours).toEqual(real);
  const cut = await both("/api/embed", { model: "prosa-tiny", input, options });
  expect(vectorsOf(cut.ours)).toHaveLength(1);
  expect(vectorsOf(cut.real)).toHaveLength(1);
});

test("an embedding without texts loads the model as in Ollama", async () => {
  const empty = { model: "prosa-tiny", messages: [], keep_alive: 0 };
  await both("/api/chat", empty);
  const { real, ours } = await both("/api/embed", { model: "prosa-tiny", input: [] });
  expect(ours).toEqual(real);
  for (const base of [ollama, engine.base]) expect(await inMemory(base)).toEqual(["prosa-tiny"]);
  await both("/api/chat", empty);
  for (const base of [ollama, engine.base]) {
    await expect.poll(() => inMemory(base), { timeout: 10_000 }).toEqual([]);
  }
});

test("an unknown model is refused with the same status and words", async () => {
  const answers = [ollama, engine.base].map(async (base) => {
    const body = JSON.stringify({ model: "nothing", messages: [{ role: "user", content: "Hi" }] });
    const response = await fetch(`${base}/api/chat`, { method: "POST", body });
    return { status: response.status, body: await response.json() };
  });
  const [real, ours] = await Promise.all(answers);
  expect(ours).toEqual(real);
});

test("tags, show and ps have the fields of Ollama", async () => {
  await both("/api/chat", { model: "prosa-tiny", messages: [] });
  for (const path of ["/api/tags", "/api/ps"]) {
    const [real, ours] = await Promise.all(
      [ollama, engine.base].map(async (base) => {
        const { models } = (await (await fetch(base + path)).json()) as {
          models: { details: object }[];
        };
        return models[0];
      }),
    );
    expect(fieldsOf(ours)).toEqual(expect.arrayContaining(fieldsOf(real)));
    expect(fieldsOf(ours?.details)).toEqual(fieldsOf(real?.details));
  }
  const { real, ours } = await both("/api/show", { model: "prosa-tiny" });
  for (const field of [
    "template",
    "parameters",
    "details",
    "model_info",
    "capabilities",
    "modified_at",
  ]) {
    expect(real[0]).toHaveProperty(field);
    expect(ours[0]).toHaveProperty(field);
  }
  const contextOf = ([shown]: Line[]) =>
    Object(shown?.model_info)["llama.context_length"] as unknown;
  expect(contextOf(ours)).toBe(contextOf(real));
});
