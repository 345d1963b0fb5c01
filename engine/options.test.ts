import { expect, test } from "vitest";
import { readKeepAlive } from "./keep-alive.ts";
import { readOptions } from "./options.ts";

test("the options of the request win over the model's, and those over the defaults", () => {
  const options = readOptions(
    { temperature: 0, stop: "a" },
    { temperature: 0.5, stop: ["b", "c"] },
  );
  expect(options).toMatchObject({ temperature: 0.5, top_k: 40, stop: ["b", "c"] });
});

test.each([
  [{ temperature: "warm" }, 'option "temperature" must be of type float'],
  [{ top_k: 1.5 }, 'option "top_k" must be of type integer'],
  [{ num_ctx: 0 }, 'option "num_ctx" must be from 16'],
  [{ stop: [1] }, 'option "stop" must be of type array'],
  ["x", '"options" must be an object'],
])("%j is refused", (given, message) => {
  expect(() => readOptions(given)).toThrow(message);
});

test.each([
  [undefined, 300_000],
  [0, 0],
  ["0", 0],
  [10, 10_000],
  [-1, Infinity],
  ["-1m", Infinity],
  ["1h30m", 5_400_000],
  ["250ms", 250],
])("keep_alive %j is %d milliseconds", (given, expected) => {
  expect(readKeepAlive(given)).toBe(expected);
});

test.each(["soon", "5 minutes", "m5", {}])("keep_alive %j is refused", (given) => {
  expect(() => readKeepAlive(given)).toThrow("keep_alive");
});
