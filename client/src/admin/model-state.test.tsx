import { render } from "@solidjs/testing-library";
import { expect, test } from "vitest";
import { ModelService } from "#proto/prosa/llm/v1/model_service_pb.ts";
import { t } from "../i18n/admin.ts";
import { loadModels } from "../llm/store.ts";
import { answerWith } from "../testing/answer-with.ts";
import { ModelState } from "./ModelState.tsx";

const tiny = { name: "prosa-tiny", demonstration: true };
const qwen = { name: "qwen3:0.6b" };
const pull = { model: "gemma3:1b" };
const { chooseAnother, chooseFirst, coming, demonstration, noModel, ready } = t().admin.welcome;

test.each([
  ["no model", {}, `${noModel} ${chooseFirst}`, true],
  ["a first download", { pulls: [pull] }, `${noModel} ${coming(pull.model)}`, false],
  [
    "the demonstration alone",
    { models: [tiny], defaultModel: tiny.name },
    `${demonstration(tiny.name)} ${chooseAnother}`,
    true,
  ],
  [
    "the demonstration and a download",
    { models: [tiny], defaultModel: tiny.name, pulls: [pull] },
    `${demonstration(tiny.name)} ${coming(pull.model)}`,
    false,
  ],
  ["a real model", { models: [tiny, qwen], defaultModel: qwen.name }, ready(qwen.name), false],
])(
  "of %s it says what is so, and where to choose when there is need",
  async (_, list, words, leads) => {
    answerWith((router) => void router.service(ModelService, { listModels: () => list }));
    await loadModels();
    const { container, unmount } = render(() => <ModelState />);
    expect(container.querySelector("p")?.textContent).toBe(words);
    expect(container.querySelector("a") !== null).toBe(leads);
    unmount();
  },
);
