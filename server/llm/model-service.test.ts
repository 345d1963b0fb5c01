import { Capability, PullPhase } from "#proto/prosa/llm/v1/model_pb.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Person, type TestApp, testApp } from "../testing/app.ts";
import { fakeModel } from "../testing/fake-models.ts";
import { startFakeOllama } from "../testing/fake-ollama.ts";
import { failureOf } from "../testing/failure.ts";

let app: TestApp;
let admin: Person;

beforeEach(async () => {
  app = await testApp({ config: { numCtx: 4096 } });
  admin = await app.signIn("Ana");
});
afterEach(() => app[Symbol.asyncDispose]());

const names = async () => (await admin.models.listModels({})).models.map(({ name }) => name);
const pullsAsked = () => app.ollama.requests.filter(({ path }) => path === "/api/pull");

async function pull(model: string, signal?: AbortSignal) {
  const seen = [];
  for await (const { pull } of admin.models.pullModel({ model }, signal && { signal })) {
    seen.push(pull!);
  }
  return seen;
}

describe("the list of models", () => {
  test("is sorted by name and tells what each can do", async () => {
    const { models, pulls, defaultModel, embeddedEngine } = await admin.models.listModels({});
    expect(models.map(({ name }) => name)).toEqual(["fake-embed", "fake-think:1b", "fake:1b"]);
    expect(models[1]).toMatchObject({
      capabilities: [Capability.COMPLETION, Capability.THINKING],
      contextLength: 8192,
      contextWindow: 4096,
      parameterSize: "1.2B",
      quantization: "Q8_0",
      loaded: false,
      demonstration: false,
    });
    expect(models[1]!.sizeBytes).toBeGreaterThan(1_000_000_000n);
    expect(pulls).toEqual([]);
    expect(["fake:1b", "fake-think:1b"]).toContain(defaultModel);
    expect(embeddedEngine).toBe(false);
  });

  test("tells a model that is in memory", async () => {
    for await (const _ of admin.llm.generate({
      model: "fake:1b",
      messages: [{ role: 2, text: "Hi" }],
    }));
    const { models } = await admin.models.listModels({});
    expect(models.filter(({ loaded }) => loaded).map(({ name }) => name)).toEqual(["fake:1b"]);
  });

  test("is unavailable while Ollama is away, and there again afterwards", async () => {
    const { port } = app.ollama;
    await app.ollama.close();
    expect(await failureOf(admin.models.listModels({}))).toMatchObject({
      code: "Unavailable",
      reason: "MODEL_UNAVAILABLE",
    });
    await using _ = await startFakeOllama({ port });
    expect(await names()).toContain("fake:1b");
  });
});

test("the context is never larger than the model was made for", async () => {
  await using ollama = await startFakeOllama({
    models: [fakeModel("small", ["completion"], 2048)],
  });
  await using small = await testApp({ ollama });
  const ana = await small.signIn("Ana");
  const { models, defaultModel } = await ana.models.listModels({});
  expect(models[0]).toMatchObject({ contextLength: 2048, contextWindow: 2048 });
  expect(defaultModel).toBe("small");
});

test("the demonstration is the default only when nothing else can answer", async () => {
  const tiny = fakeModel("prosa-tiny");
  for (const [models, expected] of [
    [[tiny], "prosa-tiny"],
    [[tiny, fakeModel("real:1b")], "real:1b"],
    [[tiny, fakeModel("embed", ["embedding"])], "prosa-tiny"],
    [[fakeModel("embed", ["embedding"])], ""],
    [[], ""],
  ] as const) {
    await using ollama = await startFakeOllama({ models });
    await using other = await testApp({ ollama });
    const ana = await other.signIn("Ana");
    const list = await ana.models.listModels({});
    expect(list.defaultModel).toBe(expected);
    expect(list.models.filter(({ demonstration }) => demonstration)).toHaveLength(
      models.filter((model) => model === tiny).length,
    );
  }
});

describe("deleting a model", () => {
  test("removes it for everybody, at once", async () => {
    await admin.models.deleteModel({ model: "fake:1b" });
    expect(await names()).not.toContain("fake:1b");
    expect(await failureOf(admin.chats.createChat({ model: "fake:1b" }))).toMatchObject({
      reason: "MODEL_MISSING",
    });
  });

  test("takes the name with and without `latest`, and refuses what is not there", async () => {
    await admin.models.deleteModel({ model: "fake-embed:latest" });
    expect(await names()).not.toContain("fake-embed");
    for (const model of ["fake-embed", "nowhere:1b"]) {
      expect(await failureOf(admin.models.deleteModel({ model }))).toMatchObject({
        code: "FailedPrecondition",
        reason: "MODEL_MISSING",
      });
    }
  });

  test("is not for members", async () => {
    const member = await app.signIn("Bia");
    const failure = await failureOf(member.models.deleteModel({ model: "fake:1b" }));
    expect(failure).toMatchObject({ reason: "ADMIN_REQUIRED" });
    expect(await names()).toContain("fake:1b");
  });
});

describe("pulling a model", () => {
  test("tells the progress from the beginning to the end, and then the model is there", async () => {
    const seen = await pull("new:1b");
    expect(seen[0]).toMatchObject({ model: "new:1b", phase: PullPhase.RESOLVING });
    expect(seen.at(-1)).toMatchObject({
      phase: PullPhase.COMPLETE,
      completedBytes: 1_000_000n,
      totalBytes: 1_000_000n,
    });
    const phases = seen.map(({ phase }) => phase);
    expect(phases).toEqual(phases.toSorted((a, b) => a - b));
    const bytes = seen.map(({ completedBytes }) => Number(completedBytes));
    expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
    expect(await names()).toContain("new:1b");
    expect((await admin.models.listModels({})).pulls).toEqual([]);
  });

  test("is one download for all who watch, under either name", async () => {
    const all = await Promise.all([pull("new"), pull("new"), pull("new:latest")]);
    for (const seen of all) expect(seen.at(-1)!.phase).toBe(PullPhase.COMPLETE);
    expect(pullsAsked()).toHaveLength(1);
  });

  test("goes on when nobody watches, and can be watched again", async () => {
    const leave = new AbortController();
    const first = failureOf(pull("slow:1b", leave.signal));
    await expect
      .poll(async () => (await admin.models.listModels({})).pulls)
      .toMatchObject([{ model: "slow:1b" }]);
    leave.abort();
    expect(await first).toMatchObject({ code: "Canceled" });
    const { pulls } = await admin.models.listModels({});
    expect(pulls).toMatchObject([{ model: "slow:1b" }]);
    const seen = await pull("slow:1b");
    expect(seen.at(-1)!.phase).toBe(PullPhase.COMPLETE);
    expect(pullsAsked()).toHaveLength(1);
    expect(pullsAsked()[0]!.aborted).toBe(false);
  });

  test("is cancelled for everybody, and may begin anew", async () => {
    const watchers = [1, 2].map(() => {
      const stream = admin.models.pullModel({ model: "slow:1b" });
      return stream[Symbol.asyncIterator]();
    });
    for (const watcher of watchers) await watcher.next();
    // Watchers hear of a download before Ollama does.
    await expect.poll(() => pullsAsked()).toHaveLength(1);
    await admin.models.cancelPull({ model: "slow:1b" });
    for (const watcher of watchers) {
      const failure = await failureOf({ [Symbol.asyncIterator]: () => watcher });
      expect(failure).toMatchObject({
        code: "Canceled",
        reason: "PULL_CANCELED",
        metadata: { model: "slow:1b" },
      });
    }
    await expect.poll(() => pullsAsked()[0]!.aborted).toBe(true);
    expect(await names()).not.toContain("slow:1b");
    await admin.models.cancelPull({ model: "slow:1b" });
    expect((await pull("slow:1b")).at(-1)!.phase).toBe(PullPhase.COMPLETE);
  });

  test.each([
    ["missing:1b", "NotFound", "PULL_NOT_FOUND"],
    ["offline:1b", "Unavailable", "PULL_UNREACHABLE"],
    ["cut:1b", "Unavailable", "PULL_FAILED"],
  ])("%s fails in a way that tells why", async (model, code, reason) => {
    for (let round = 0; round < 2; round++) {
      expect(await failureOf(pull(model))).toMatchObject({ code, reason, metadata: { model } });
    }
    expect(pullsAsked()).toHaveLength(2);
    expect(await names()).not.toContain(model);
  });

  test("that breaks off in the middle has told how far it came", async () => {
    const seen: bigint[] = [];
    const watching = (async () => {
      for await (const { pull } of admin.models.pullModel({ model: "cut:1b" })) {
        seen.push(pull!.completedBytes);
      }
    })();
    expect((await failureOf(watching)).reason).toBe("PULL_FAILED");
    expect(Math.max(...seen.map(Number))).toBeGreaterThan(0);
  });

  test("from a registry host of its own is refused unless it is allowed", async () => {
    const hosts = [
      "evil.example/model",
      "localhost/model",
      "host:5000/model",
      "a/b/c",
      "h.io/a/b:c",
    ];
    for (const model of hosts) {
      expect(await failureOf(pull(model))).toMatchObject({
        code: "PermissionDenied",
        reason: "REGISTRY_NOT_ALLOWED",
        metadata: { model },
      });
    }
    expect(pullsAsked()).toEqual([]);
    expect((await pull("somebody/model")).at(-1)!.phase).toBe(PullPhase.COMPLETE);
    await using open = await testApp({ config: { allowRegistryHosts: true } });
    const other = await open.signIn("Ana");
    for await (const _ of other.models.pullModel({ model: "evil.example/model" }));
    expect(open.ollama.requests.some(({ path }) => path === "/api/pull")).toBe(true);
  });

  test("is not for members, nor is cancelling", async () => {
    const member = await app.signIn("Bia");
    const running = pull("slow:1b");
    await expect.poll(() => pullsAsked().length).toBe(1);
    for (const call of [
      member.models.pullModel({ model: "slow:1b" }),
      member.models.cancelPull({ model: "slow:1b" }),
    ]) {
      expect(await failureOf(call)).toMatchObject({ reason: "ADMIN_REQUIRED" });
    }
    expect((await running).at(-1)!.phase).toBe(PullPhase.COMPLETE);
  });
});
