import { GenerateRole } from "#proto/prosa/llm/v1/llm_service_pb.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Person, type TestApp, testApp } from "../testing/app.ts";
import { failureOf } from "../testing/failure.ts";

let app: TestApp;
let admin: Person;

beforeEach(async () => {
  app = await testApp({ config: { numCtx: 2048 } });
  admin = await app.signIn("Ana");
});
afterEach(() => app[Symbol.asyncDispose]());

const model = "fake:1b";
const isLoaded = async (name = model) =>
  (await admin.models.getModel({ model: name })).model!.loaded;
const loads = () => app.ollama.requests.filter(({ kind }) => kind === "load");

/** An answer that goes on until `leave` aborts. */
function longAnswer() {
  const leave = new AbortController();
  const messages = [{ role: GenerateRole.USER, text: "sentinel:tokens=1000,delay=10" }];
  const done = (async () => {
    for await (const _ of admin.llm.generate({ model, messages }, { signal: leave.signal }));
  })();
  done.catch(() => undefined);
  return { leave, done };
}

describe("a model", () => {
  test("is told by its name, with and without `latest`", async () => {
    for (const name of ["fake-embed", "fake-embed:latest"]) {
      const { model } = await admin.models.getModel({ model: name });
      expect(model).toMatchObject({ name: "fake-embed", loaded: false, contextWindow: 2048 });
    }
  });

  test.each(["getModel", "loadModel", "unloadModel"] as const)(
    "that is not installed is refused by %s",
    async (method) => {
      const failure = await failureOf(admin.models[method]({ model: "nowhere:1b" }));
      expect(failure).toMatchObject({ code: "FailedPrecondition", reason: "MODEL_MISSING" });
    },
  );
});

describe("loading", () => {
  test("brings a model into memory with the context of its chats", async () => {
    const { model: loaded } = await admin.models.loadModel({ model });
    expect(loaded).toMatchObject({ name: model, loaded: true });
    await expect(isLoaded()).resolves.toBe(true);
    for await (const _ of admin.llm.generate({
      model,
      messages: [{ role: GenerateRole.USER, text: "Hi" }],
    }));
    const [load, chat] = app.ollama.requests.filter(({ path }) => path === "/api/chat");
    expect(load!.body.messages).toEqual([]);
    expect(load!.body.options?.num_ctx).toBe(2048);
    expect(chat!.body.options?.num_ctx).toBe(2048);
  });

  test("works for a model that only makes vectors", async () => {
    const { model: loaded } = await admin.models.loadModel({ model: "fake-embed" });
    expect(loaded).toMatchObject({ name: "fake-embed", loaded: true });
    expect((await admin.models.unloadModel({ model: "fake-embed" })).model!.loaded).toBe(false);
  });

  test("goes on when whoever asked for it leaves", async () => {
    app.ollama.setBehaviour("sentinel:slow-load=300");
    const leave = new AbortController();
    const failure = failureOf(admin.models.loadModel({ model }, { signal: leave.signal }));
    await expect.poll(() => loads().length).toBe(1);
    leave.abort();
    expect((await failure).code).toBe("Canceled");
    await expect.poll(() => isLoaded()).toBe(true);
    expect(loads()[0]!.aborted).toBe(false);
  });

  test("is not waited for by a call that had ended before it began", async () => {
    app.ollama.setBehaviour("sentinel:slow-load=300");
    const ended = AbortSignal.abort(new Error("the session has ended"));
    await expect(app.deps.memory.load(model, ended)).rejects.toThrow("the session has ended");
    expect(await isLoaded()).toBe(false);
    await expect.poll(() => isLoaded()).toBe(true);
  });

  test("keeps its deadline, and goes on", async () => {
    app.ollama.setBehaviour("sentinel:slow-load=500");
    const failure = await failureOf(admin.models.loadModel({ model }, { timeoutMs: 200 }));
    expect(failure.code).toBe("DeadlineExceeded");
    await expect.poll(() => isLoaded()).toBe(true);
  });

  test("that fails says why", async () => {
    app.ollama.setBehaviour("sentinel:error-before");
    const failure = await failureOf(admin.models.loadModel({ model }));
    expect(failure).toMatchObject({ code: "Unavailable", reason: "MODEL_FAILED" });
  });
});

describe("unloading", () => {
  test("takes a model out of memory, and is no error when it is not there", async () => {
    await admin.models.loadModel({ model });
    for (const _ of [1, 2]) {
      const { model: unloaded } = await admin.models.unloadModel({ model });
      expect(unloaded).toMatchObject({ name: model, loaded: false });
    }
    expect(loads().filter(({ body }) => body.keep_alive === 0)).toHaveLength(1);
  });

  test("lets the answers under way end first, and those after load it again", async () => {
    const answer = longAnswer();
    await expect.poll(() => app.ollama.calls()).toBe(1);
    const unloading = admin.models.unloadModel({ model });
    // It looks at the models before it joins the line, and so does this.
    await admin.models.getModel({ model });
    const next = longAnswer();
    expect(loads()).toEqual([]);
    answer.leave.abort();
    expect((await unloading).model!.name).toBe(model);
    await expect.poll(() => app.ollama.calls()).toBe(2);
    const chats = app.ollama.requests.filter(({ path }) => path === "/api/chat");
    expect(chats.map(({ kind }) => kind)).toEqual(["chat", "load", "chat"]);
    next.leave.abort();
    await failureOf(next.done);
  });

  test("is called off by leaving while it waits, and holds nobody up", async () => {
    const answer = longAnswer();
    await expect.poll(() => app.ollama.calls()).toBe(1);
    const failure = await failureOf(admin.models.unloadModel({ model }, { timeoutMs: 200 }));
    expect(failure.code).toBe("DeadlineExceeded");
    answer.leave.abort();
    await failureOf(answer.done);
    for await (const _ of admin.llm.generate({
      model,
      messages: [{ role: GenerateRole.USER, text: "Hi" }],
    }));
    expect(await isLoaded()).toBe(true);
    expect(loads()).toEqual([]);
  });

  test("is not for members, and neither is loading", async () => {
    const member = await app.signIn("Bia");
    await admin.models.loadModel({ model });
    for (const method of ["loadModel", "unloadModel"] as const) {
      const failure = await failureOf(member.models[method]({ model }));
      expect(failure).toMatchObject({ code: "PermissionDenied", reason: "ADMIN_REQUIRED" });
    }
    expect((await member.models.getModel({ model })).model!.loaded).toBe(true);
  });
});
