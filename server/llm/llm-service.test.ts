import { GenerateRole } from "#proto/prosa/llm/v1/llm_service_pb.ts";
import { chats, messages } from "#db/schema/index.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { serverClosing } from "../rpc/context.ts";
import { type Person, type TestApp, testApp } from "../testing/app.ts";
import { fakeGreeting, multibyteText } from "../testing/fake-answer.ts";
import { failureOf } from "../testing/failure.ts";

let app: TestApp;
let ana: Person;

beforeEach(async () => {
  app = await testApp();
  ana = await app.signIn("Ana");
});
afterEach(() => app[Symbol.asyncDispose]());

const user = (text: string) => ({ role: GenerateRole.USER, text });
const asked = () => app.ollama.requests.filter(({ kind }) => kind === "chat");

type Request = Parameters<Person["llm"]["generate"]>[0];

/** Asks and keeps what comes, while it comes. */
function ask(text: string, more: Request = {}, person = ana) {
  const cases: string[] = [];
  const places: string[] = [];
  const answer = { text: "", thinking: "", cases, places, truncated: false, completionTokens: 0 };
  const leave = new AbortController();
  const request = { messages: [user(text)], model: "fake:1b", ...more };
  const ended = (async () => {
    for await (const { event } of person.llm.generate(request, { signal: leave.signal })) {
      if (cases.at(-1) !== event.case) cases.push(event.case!);
      if (event.case === "queued") places.push(`${event.value.position}/${event.value.length}`);
      if (event.case === "delta") {
        answer.text += event.value.text;
        answer.thinking += event.value.thinking;
      }
      if (event.case !== "finished") continue;
      answer.truncated = event.value.truncated;
      answer.completionTokens = event.value.usage!.completionTokens;
    }
    return answer;
  })();
  ended.catch(() => undefined);
  return { answer, ended, leave };
}

describe("an answer", () => {
  test("comes in deltas and ends with its figures, and nothing is stored", async () => {
    const answer = await ask("Hello").ended;
    expect(answer).toMatchObject({ text: fakeGreeting, cases: ["delta", "finished"] });
    expect(answer.completionTokens).toBeGreaterThan(0);
    expect(await app.deps.db.$count(chats)).toBe(0);
    expect(await app.deps.db.$count(messages)).toBe(0);
  });

  test("is exact in every script", async () => {
    expect((await ask("sentinel:multibyte").ended).text).toBe(multibyteText);
  });

  test("brings the model's thinking apart from its text", async () => {
    const answer = await ask("sentinel:thinking", { model: "fake-think:1b" }).ended;
    expect(answer).toMatchObject({ text: fakeGreeting, thinking: "Let me think about it." });
  });

  test("holds a replacement in the place of what PostgreSQL cannot store", async () => {
    const answer = await ask("sentinel:nul").ended;
    expect(answer.text).toBe("before \uFFFD between\uFFFDafter");
  });

  test("uses the whole conversation, the default model and the given options", async () => {
    const conversation = [
      { role: GenerateRole.SYSTEM, text: "Be kind." },
      user("Hello"),
      { role: GenerateRole.ASSISTANT, text: "Hi." },
      user("sentinel:tokens=50"),
    ];
    const options = { temperature: 0, topP: 0.5, topK: 7, seed: 42, maxTokens: 10 };
    const answer = await ask("", { model: "", messages: conversation, options }).ended;
    expect(answer).toMatchObject({ truncated: true });
    expect(asked()[0]!.body).toMatchObject({
      messages: [
        { role: "system", content: "Be kind." },
        { role: "user", content: "Hello" },
        { role: "assistant", content: "Hi." },
        { role: "user", content: "sentinel:tokens=50" },
      ],
      truncate: false,
      options: { num_ctx: 4096, num_predict: 10, temperature: 0, top_p: 0.5, top_k: 7, seed: 42 },
    });
  });

  test("tells that the model is being loaded while it is waited for", async () => {
    const answer = await ask("sentinel:slow-load=700").ended;
    expect(answer.cases).toEqual(["loading", "delta", "finished"]);
  });
});

describe("the line of a model", () => {
  test("tells the place, and each gets its turn", async () => {
    const first = ask("sentinel:tokens=40,delay=10");
    await expect.poll(() => asked().length).toBe(1);
    const second = ask("Hello");
    await expect.poll(() => second.answer.places.length).toBe(1);
    const third = ask("Hello");
    await third.ended;
    await second.ended;
    await first.ended;
    expect(second.answer.cases).toEqual(["queued", "delta", "finished"]);
    expect(second.answer.places).toEqual(["1/1", "1/2"]);
    expect(third.answer.places).toEqual(["2/2", "1/1"]);
    const starts = asked().map(({ startTime, endTime }) => [startTime, endTime!] as const);
    for (const [index, [start]] of starts.entries()) {
      if (index > 0) expect(start).toBeGreaterThanOrEqual(starts[index - 1]![1]);
    }
  });

  test("is left by who gives up, without asking the model", async () => {
    const first = ask("sentinel:tokens=1000,delay=10");
    await expect.poll(() => asked().length).toBe(1);
    const second = ask("Hello");
    await expect.poll(() => second.answer.places.length).toBe(1);
    second.leave.abort();
    expect((await failureOf(second.ended)).code).toBe("Canceled");
    first.leave.abort();
    await failureOf(first.ended);
    await ask("Hello").ended;
    expect(asked()).toHaveLength(2);
  });

  test("is as wide as it is set", async () => {
    await using wide = await testApp({ config: { ollamaParallel: 3 } });
    const bia = await wide.signIn("Bia");
    const all = [1, 2, 3].map(() => ask("sentinel:tokens=20,delay=10", {}, bia));
    for (const { ended } of all) expect((await ended).places).toEqual([]);
    expect(wide.ollama.calls()).toBe(3);
  });
});

describe("leaving", () => {
  test("frees the model", async () => {
    const { answer, ended, leave } = ask("sentinel:tokens=1000,delay=10");
    await expect.poll(() => answer.text).not.toBe("");
    leave.abort();
    expect((await failureOf(ended)).code).toBe("Canceled");
    await expect.poll(() => asked()[0]!.aborted).toBe(true);
  });

  test("by logging out ends the stream and frees the model", async () => {
    const { answer, ended } = ask("sentinel:tokens=1000,delay=10");
    await expect.poll(() => answer.text).not.toBe("");
    await ana.auth.logout({});
    expect(await failureOf(ended)).toMatchObject({ reason: "SIGN_IN_REQUIRED" });
    await expect.poll(() => asked()[0]!.aborted).toBe(true);
  });

  test("of the server ends the stream in words", async () => {
    const { answer, ended } = ask("sentinel:tokens=1000,delay=10");
    await expect.poll(() => answer.text).not.toBe("");
    app.deps.topics.publish(serverClosing);
    expect(await failureOf(ended)).toMatchObject({ code: "Unavailable", reason: "SHUTTING_DOWN" });
    await expect.poll(() => asked()[0]!.aborted).toBe(true);
  });
});

describe("a failure", () => {
  test.each([
    ["sentinel:error-before", "Unavailable", "MODEL_FAILED", ""],
    ["sentinel:error-midway,tokens=3", "Unavailable", "MODEL_FAILED", "the river carries "],
    ["sentinel:cut,tokens=3", "Unavailable", "MODEL_UNAVAILABLE", "the river carries "],
    ["sentinel:busy", "Unavailable", "MODEL_UNAVAILABLE", ""],
    ["sentinel:too-long", "FailedPrecondition", "CONTEXT_EXCEEDED", ""],
  ])("by %s comes after what was said before it", async (text, code, reason, before) => {
    const { answer, ended } = ask(text);
    expect(await failureOf(ended)).toMatchObject({ code, reason });
    expect(answer.text).toBe(before);
    expect((await ask("Hello").ended).text).toBe(fakeGreeting);
  });

  test("by a conversation that is too long leaves nothing out silently", async () => {
    const failure = await failureOf(ask("word ".repeat(10_000)).ended);
    expect(failure).toMatchObject({ code: "FailedPrecondition", reason: "CONTEXT_EXCEEDED" });
    expect(Number(failure.metadata["tokens"])).toBeGreaterThan(Number(failure.metadata["limit"]));
    expect(asked().at(-1)!.body.messages).toEqual([
      { role: "user", content: "word ".repeat(10_000) },
    ]);
  });
});
