import { expect, test } from "vitest";
import { checkId, checkModel } from "./names.ts";

test("ids and names are taken as they are", () => {
  const id = "0198C0DE-0000-7000-8000-00000000000f";
  expect(checkId(id, "a chat")).toBe(id);
  for (const name of ["llama3.2:1b", "hf.co/some/Model-GGUF:Q4_K_M", "x".repeat(255)]) {
    expect(checkModel(name)).toBe(name);
  }
});

test.each(["", "nope", "0198c0de-0000-7000-8000", "0198c0de-0000-7000-8000-00000000000f "])(
  "%j is no id",
  (typed) => {
    expect(() => checkId(typed, "a chat")).toThrow(`${JSON.stringify(typed)} is no id of a chat.`);
  },
);

test.each(["", "http://x/y z", "-x", "x".repeat(256)])("%j is no name of a model", (typed) => {
  expect(() => checkModel(typed)).toThrow("is no name of a model.");
});
