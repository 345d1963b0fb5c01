import { describe, expect, test } from "vitest";
import { buildPrompt, createEstimator, roomFor, type Turn } from "./prompt.ts";

const turns = (...texts: string[]): Turn[] =>
  texts.map((text, index) => ({
    id: `id-${index}`,
    role: index % 2 === 0 ? "user" : "assistant",
    text,
  }));
const build = (given: Turn[], window: number, system = "", estimator = createEstimator()) =>
  buildPrompt(estimator, { model: "m", system, turns: given, window });

describe("the prompt", () => {
  test("is the whole conversation when it fits", () => {
    const { messages, startId, bytes, room } = build(
      turns("Hello", "Hi", "How?"),
      4096,
      "Be kind.",
    );
    expect(messages).toEqual([
      { role: "system", content: "Be kind." },
      { role: "user", content: "Hello" },
      { role: "assistant", content: "Hi" },
      { role: "user", content: "How?" },
    ]);
    expect(startId).toBeNull();
    expect(bytes).toBe("Be kind.HelloHiHow?".length);
    expect(room).toBeGreaterThan(1024);
    expect(room).toBeLessThan(4096);
  });

  test("has no system message when there are no instructions", () => {
    expect(build(turns("Hello"), 4096).messages).toEqual([{ role: "user", content: "Hello" }]);
  });

  test("leaves out the oldest, begins with a question and keeps the instructions", () => {
    const long = "x".repeat(1000);
    const given = turns(...Array.from({ length: 21 }, (_, index) => `${index} ${long}`));
    const { messages, startId } = build(given, 4096, "Be kind.");
    expect(messages[0]).toEqual({ role: "system", content: "Be kind." });
    expect(messages[1]!.role).toBe("user");
    expect(messages.at(-1)!.content).toBe(`20 ${long}`);
    expect(messages.length).toBeGreaterThan(3);
    expect(messages.length).toBeLessThan(12);
    expect(given.find(({ id }) => id === startId)!.text).toBe(messages[1]!.content);
  });

  test("leaves room for the answer, within the context", () => {
    const given = turns(...Array.from({ length: 51 }, () => "word ".repeat(100)));
    for (const window of [512, 2048, 4096, 32_768]) {
      const { messages, bytes, room } = build(given, window);
      const used = createEstimator().tokens("m", bytes, messages.length);
      expect(room).toBeGreaterThanOrEqual(Math.min(1024, window / 4));
      expect(used + room).toBeLessThanOrEqual(window);
    }
  });

  test("counts bytes and not characters", () => {
    expect(build(turns("日本語"), 4096).bytes).toBe(9);
  });

  test("is the last message alone when that is all that fits, or more than fits", () => {
    const { messages, startId, room } = build(turns("Hi", "Ho", "x".repeat(4000)), 1024);
    expect(messages).toEqual([{ role: "user", content: "x".repeat(4000) }]);
    expect(startId).toBe("id-2");
    expect(room).toBe(256);
  });

  test("keeps the instructions even when they fill the context", () => {
    const { messages } = build(turns("Hi"), 1024, "x".repeat(4000));
    expect(messages.map(({ role }) => role)).toEqual(["system", "user"]);
  });
});

describe("the estimate", () => {
  const prompt = { bytes: 4000, messages: [1] };

  test("follows what the model has counted: up at once and down slowly", () => {
    const estimator = createEstimator();
    const guess = estimator.tokens("m", 4000, 0);
    estimator.learn("m", prompt, 1000);
    expect(estimator.tokens("m", 4000, 0)).toBe(1000);
    expect(guess).toBeGreaterThan(1000);
    estimator.learn("m", prompt, 2400);
    expect(estimator.tokens("m", 4000, 0)).toBe(2400);
    estimator.learn("m", prompt, 1000);
    const later = estimator.tokens("m", 4000, 0);
    expect(later).toBeGreaterThan(2000);
    expect(later).toBeLessThan(2400);
  });

  test("takes what a short prompt has too much for the template, not for dense text", () => {
    const estimator = createEstimator();
    estimator.learn("m", { bytes: 64, messages: [1] }, 451);
    expect(estimator.tokens("m", 600, 1)).toBeLessThan(750);
    expect(build(turns("Hi", "Ho", "x".repeat(600)), 4096, "", estimator).startId).toBeNull();
  });

  test("of one model says nothing about another", () => {
    const estimator = createEstimator();
    const guess = estimator.tokens("other", 1000, 2);
    estimator.learn("m", prompt, 900);
    expect(estimator.tokens("other", 1000, 2)).toBe(guess);
  });

  test("learns nothing from a count that is missing", () => {
    const estimator = createEstimator();
    const guess = estimator.tokens("m", 1000, 0);
    estimator.learn("m", prompt, 0);
    expect(estimator.tokens("m", 1000, 0)).toBe(guess);
  });

  test("makes the next prompt shorter when texts are denser than thought", () => {
    const estimator = createEstimator();
    const given = turns(...Array.from({ length: 21 }, () => "x".repeat(500)));
    const before = build(given, 4096, "", estimator);
    estimator.learn("m", before, before.bytes);
    const after = build(given, 4096, "", estimator);
    expect(after.messages.length).toBeLessThan(before.messages.length);
  });
});

test("what a conversation leaves for the answer is the rest of the context, or the least", () => {
  const estimator = createEstimator();
  const messages = [{ role: "user" as const, content: "x".repeat(1000) }];
  const used = estimator.tokens("m", 1000, 1);
  expect(roomFor(estimator, "m", messages, 4096)).toBe(4096 - used);
  expect(roomFor(estimator, "m", messages, 400)).toBe(100);
});
