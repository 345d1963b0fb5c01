import { GenerateRole } from "#proto/prosa/llm/v1/llm_service_pb.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MAX_RUNNING_REPLIES } from "../limits.ts";
import { serverClosing } from "../rpc/context.ts";
import { type Person, type TestApp, testApp } from "../testing/app.ts";
import { fakeModel } from "../testing/fake-models.ts";
import { startFakeOllama } from "../testing/fake-ollama.ts";
import { failureOf } from "../testing/failure.ts";

let app: TestApp;
let ana: Person;

beforeEach(async () => {
  app = await testApp();
  ana = await app.signIn("Ana");
});
afterEach(() => app[Symbol.asyncDispose]());

const asked = () => app.ollama.requests.filter(({ path }) => path === "/api/embed");

describe("the vectors of texts", () => {
  test("come in the order of the texts, each of length 1", async () => {
    const texts = ["Olá", "a much longer text", "😀"];
    const { embeddings, model, promptTokens } = await ana.llm.embed({ model: "fake-embed", texts });
    expect(model).toBe("fake-embed");
    expect(promptTokens).toBeGreaterThan(0);
    expect(embeddings).toHaveLength(3);
    for (const { values } of embeddings) expect(Math.hypot(...values)).toBeCloseTo(1);
    const [first, second, third] = embeddings.map(({ values }) => values[0]!);
    expect(second).toBeGreaterThan(first!);
    expect(first).toBeGreaterThan(third!);
  });

  test("are asked for with the context of chats and without silent cuts", async () => {
    await ana.llm.embed({ texts: ["Hello"] });
    expect(asked()[0]!.body).toMatchObject({
      input: ["Hello"],
      truncate: false,
      options: { num_ctx: 4096 },
    });
  });

  test("come from the newest model that makes some when none is named", async () => {
    expect((await ana.llm.embed({ texts: ["Hello"] })).model).toBe("fake-embed");
    await using ollama = await startFakeOllama({ models: [fakeModel("chat:1b")] });
    await using bare = await testApp({ ollama });
    const bia = await bare.signIn("Bia");
    const failure = await failureOf(bia.llm.embed({ texts: ["Hello"] }));
    expect(failure).toMatchObject({ code: "FailedPrecondition", reason: "MODEL_MISSING" });
  });

  test("wait in the line of their model", async () => {
    await using ollama = await startFakeOllama({
      models: [fakeModel("both:1b", ["completion", "embedding"])],
    });
    await using other = await testApp({ ollama });
    const bia = await other.signIn("Bia");
    const leave = new AbortController();
    const messages = [{ role: GenerateRole.USER, text: "sentinel:tokens=1000,delay=10" }];
    const chat = bia.llm.generate({ model: "both:1b", messages }, { signal: leave.signal });
    const reading = (async () => {
      for await (const _ of chat);
    })();
    reading.catch(() => undefined);
    await expect.poll(() => ollama.calls()).toBe(1);
    const vectors = bia.llm.embed({ model: "both:1b", texts: ["Hello"] });
    await ana.llm.embed({ texts: ["Hello"] });
    expect(ollama.requests.filter(({ path }) => path === "/api/embed")).toEqual([]);
    leave.abort();
    expect((await vectors).embeddings).toHaveLength(1);
  });
});

describe("a failure", () => {
  test.each([
    ["nowhere:1b", "Hello", "FailedPrecondition", "MODEL_MISSING"],
    ["fake:1b", "Hello", "FailedPrecondition", "MODEL_UNSUITABLE"],
    ["fake-embed", "word ".repeat(10_000), "FailedPrecondition", "CONTEXT_EXCEEDED"],
    ["fake-embed", "sentinel:error-before", "Unavailable", "MODEL_FAILED"],
    ["fake-embed", "sentinel:cut", "Unavailable", "MODEL_FAILED"],
  ])("of %s is told by its cause", async (model, text, code, reason) => {
    const failure = await failureOf(ana.llm.embed({ model, texts: ["Hello", text] }));
    expect(failure).toMatchObject({ code, reason });
  });

  test("of a model that is away is told, too", async () => {
    await ana.llm.embed({ texts: ["Hello"] });
    await app.ollama.close();
    const failure = await failureOf(ana.llm.embed({ texts: ["Hello"] }));
    expect(failure).toMatchObject({ code: "Unavailable", reason: "MODEL_UNAVAILABLE" });
  });
});

describe("too much", () => {
  test.each([
    ["no text at all", []],
    ["an empty text", [""]],
    ["257 texts", Array.from({ length: 257 }, () => "x")],
    ["a text of more than 262,144 bytes", ["x".repeat(262_145)]],
  ])("as %s is refused", async (_, texts) => {
    expect((await failureOf(ana.llm.embed({ texts }))).code).toBe("InvalidArgument");
    expect(asked()).toEqual([]);
  });

  test("as texts of more than a mebibyte together is refused", async () => {
    const texts = Array.from({ length: 5 }, () => "x".repeat(262_144));
    expect((await failureOf(ana.llm.embed({ texts }))).code).toBe("ResourceExhausted");
  });

  test("at once is refused, and the places come back", async () => {
    app.ollama.setBehaviour("sentinel:hang");
    const leave = new AbortController();
    const all = Array.from({ length: MAX_RUNNING_REPLIES + 1 }, () =>
      failureOf(ana.llm.embed({ texts: ["Hello"] }, { signal: leave.signal })),
    );
    // All the others hang, so the one that is too much is the first to end.
    expect(await Promise.race(all)).toMatchObject({
      code: "ResourceExhausted",
      reason: "TOO_MANY_REPLIES",
    });
    leave.abort();
    await Promise.all(all);
    app.ollama.setBehaviour();
    const again = () => ana.llm.embed({ texts: ["Hello"] }).then(() => "ok", String);
    await expect.poll(again, { timeout: 4000 }).toBe("ok");
  });
});

describe("leaving", () => {
  beforeEach(() => app.ollama.setBehaviour("sentinel:hang"));

  test("frees the model", async () => {
    const leave = new AbortController();
    const failure = failureOf(ana.llm.embed({ texts: ["Hello"] }, { signal: leave.signal }));
    await expect.poll(() => asked().length).toBe(1);
    leave.abort();
    expect((await failure).code).toBe("Canceled");
    await expect.poll(() => asked()[0]!.aborted).toBe(true);
  });

  test("by a deadline frees the model", async () => {
    const failure = await failureOf(ana.llm.embed({ texts: ["Hello"] }, { timeoutMs: 200 }));
    expect(failure.code).toBe("DeadlineExceeded");
    await expect.poll(() => asked().every(({ aborted }) => aborted)).toBe(true);
  });

  test("of the server ends the call in words", async () => {
    const failure = failureOf(ana.llm.embed({ texts: ["Hello"] }));
    await expect.poll(() => asked().length).toBe(1);
    app.deps.topics.publish(serverClosing);
    expect(await failure).toMatchObject({ code: "Unavailable", reason: "SHUTTING_DOWN" });
  });
});
