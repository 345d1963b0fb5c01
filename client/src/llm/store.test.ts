import { Code, ConnectError } from "@connectrpc/connect";
import { afterEach, expect, it, vi } from "vitest";
import { ModelService } from "#proto/prosa/llm/v1/model_service_pb.ts";
import { PullPhase } from "#proto/prosa/llm/v1/model_pb.ts";
import { ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import { errorText } from "../errors.ts";
import { answerWith, refusal } from "../testing/answer-with.ts";
import type { Methods } from "../testing/answer-with.ts";
import * as store from "./store.ts";

const NAME = "llama3.2:1b";

function answer(methods: Methods<typeof ModelService>): void {
  answerWith((router) => router.service(ModelService, { listModels: () => ({}), ...methods }));
}

const downloading = (completedBytes: bigint) => ({
  pull: { model: NAME, phase: PullPhase.DOWNLOADING, completedBytes, totalBytes: 100n },
});

afterEach(() => {
  vi.useRealTimers();
  for (const pull of store.pulls()) store.forgetPull(pull.model);
});

it("keeps the models and the default that the server names", async () => {
  answer({
    listModels: () => ({
      models: [{ name: "prosa-tiny", demonstration: true }],
      defaultModel: "prosa-tiny",
      embeddedEngine: true,
    }),
  });
  await store.loadModels();
  expect(store.models().map((model) => model.name)).toEqual(["prosa-tiny"]);
  expect(store.defaultModel()).toBe("prosa-tiny");
  expect(store.embeddedEngine()).toBe(true);
  expect(store.modelsError()).toBeUndefined();
});

it("keeps the models that it knows when the server does not answer", async () => {
  answer({ listModels: () => ({ models: [{ name: "prosa-tiny" }] }) });
  await store.loadModels();
  answer({
    listModels: () => {
      throw refusal(Code.Unavailable, ErrorReason.MODEL_UNAVAILABLE);
    },
  });
  await store.loadModels();
  expect(store.models()).toHaveLength(1);
  expect(errorText(store.modelsError())).toMatch(/did not answer/);
});

it("asks again by itself when the list did not come", async () => {
  vi.useFakeTimers();
  answer({
    listModels: () => {
      throw refusal(Code.Unavailable, ErrorReason.MODEL_UNAVAILABLE);
    },
  });
  await store.loadModels();
  expect(store.modelsError()).toBeDefined();
  answer({ listModels: () => ({ models: [{ name: "prosa-tiny" }] }) });
  await vi.advanceTimersByTimeAsync(store.REWATCH_MS);
  vi.useRealTimers();
  await expect.poll(() => store.modelsError()).toBeUndefined();
});

it("shows how far a download is, and the model once it is there", async () => {
  answer({
    listModels: () => ({ models: [{ name: NAME }] }),
    async *pullModel() {
      for (const bytes of [10n, 60n]) {
        yield downloading(bytes);
        await expect.poll(() => store.findPull(NAME)?.completedBytes).toBe(Number(bytes));
      }
      yield { pull: { model: NAME, phase: PullPhase.COMPLETE } };
    },
  });
  expect(await store.installModel(NAME)).toBe(true);
  expect(store.findPull(NAME)).toBeUndefined();
  expect(store.findModel(NAME)).toBeDefined();
});

it("leaves the reason standing at a download that failed", async () => {
  answer({
    async *pullModel() {
      throw refusal(Code.Unavailable, ErrorReason.PULL_UNREACHABLE, { model: NAME });
    },
  });
  expect(await store.installModel(NAME)).toBe(false);
  expect(errorText(store.findPull(NAME)?.failure)).toMatch(/library/);
});

it("forgets a download that somebody cancelled and tells the server", async () => {
  const canceled: string[] = [];
  answer({
    async *pullModel(_, context) {
      yield downloading(10n);
      await new Promise((resolve) => context.signal.addEventListener("abort", resolve));
    },
    cancelPull: (request) => {
      canceled.push(request.model);
      return {};
    },
  });
  const installing = store.installModel(NAME);
  await expect.poll(() => store.findPull(NAME)?.completedBytes).toBe(10);
  await store.cancelPull(NAME);
  expect(await installing).toBe(false);
  expect(canceled).toEqual([NAME]);
  expect(store.findPull(NAME)).toBeUndefined();
});

it("watches a download again after the connection was lost", async () => {
  vi.useFakeTimers();
  let watches = 0;
  answer({
    listModels: () => ({ pulls: [downloading(20n).pull] }),
    async *pullModel() {
      watches += 1;
      yield downloading(20n);
      if (watches === 1) throw new ConnectError("connection lost", Code.Unavailable);
      yield { pull: { model: NAME, phase: PullPhase.COMPLETE } };
    },
  });
  expect(await store.installModel(NAME)).toBe(false);
  expect(store.findPull(NAME)?.failure).toBeUndefined();
  await vi.advanceTimersByTimeAsync(store.REWATCH_MS);
  expect(watches).toBe(2);
});

it("removes a model that was deleted", async () => {
  let installed = [{ name: NAME }];
  answer({
    listModels: () => ({ models: installed }),
    deleteModel: () => {
      installed = [];
      return {};
    },
  });
  await store.loadModels();
  await store.deleteModel(NAME);
  expect(store.findModel(NAME)).toBeUndefined();
});

it("shows which models are in memory after one was loaded, which may push out others", async () => {
  let inMemory = "prosa-tiny";
  const model = (name: string) => ({ name, loaded: name === inMemory });
  const answered = (name: string, left: string) => {
    inMemory = left;
    return { model: model(name) };
  };
  answer({
    listModels: () => ({ models: [model(NAME), model("prosa-tiny")] }),
    loadModel: (request) => answered(request.model, request.model),
    unloadModel: (request) => answered(request.model, ""),
  });
  const loaded = () => store.models().map((one) => one.loaded);
  await store.loadModels();
  expect(loaded()).toEqual([false, true]);
  await store.loadModel(NAME);
  expect(loaded()).toEqual([true, false]);
  await store.unloadModel(NAME);
  expect(loaded()).toEqual([false, false]);
});

it("leaves the model as it was when it could not be loaded", async () => {
  answer({
    listModels: () => ({ models: [{ name: NAME }] }),
    loadModel: () => {
      throw refusal(Code.Unavailable, ErrorReason.MODEL_FAILED);
    },
  });
  await store.loadModels();
  await expect(store.loadModel(NAME)).rejects.toThrow();
  expect(store.findModel(NAME)?.loaded).toBe(false);
});
