import { expect, test } from "vitest";
import { childrenByParent, currentPath, siblingsIn, type Tree } from "./tree.ts";

const parents: Record<string, string> = {
  q1: "",
  a1: "q1",
  a2: "q1",
  q2: "a1",
  a3: "q2",
  q3: "a2",
};
const tree = (choices: Record<string, string> = {}, ids = Object.keys(parents)): Tree => ({
  ids,
  choices,
  parentOf: (id) => parents[id] ?? "",
});

test("the path follows the newest child everywhere", () => {
  expect(currentPath(tree())).toEqual(["q1", "a2", "q3"]);
});

test("the path follows what the reader has chosen", () => {
  expect(currentPath(tree({ q1: "a1" }))).toEqual(["q1", "a1", "q2", "a3"]);
});

test("a choice that is not there any more counts for nothing", () => {
  expect(currentPath(tree({ q1: "gone" }))).toEqual(["q1", "a2", "q3"]);
});

test("an empty conversation has an empty path", () => {
  expect(currentPath(tree({}, []))).toEqual([]);
});

test("versions of a message are counted from the oldest", () => {
  const children = childrenByParent(tree());
  expect(siblingsIn(children, "q1", "a2")).toEqual({ ids: ["a1", "a2"], index: 1 });
  expect(siblingsIn(children, "a2", "q3")).toEqual({ ids: ["q3"], index: 0 });
});
