import { expect, it } from "vitest";
import { colour } from "./colour.ts";
import { languageOf } from "./languages.ts";

it("code falls into runs that join to the same text", async () => {
  const code =
    'service Prosa {\n  // words\n  rpc Ask (Question) returns (stream Answer);\n}\n\noption a = "b";';
  const runs = (await colour(code, "proto")) ?? [];
  expect(runs.map(([, text]) => text).join("")).toBe(code);
  const groupsOf = (words: string) =>
    runs.filter(([, text]) => text.includes(words)).map(([group]) => group);
  expect(groupsOf("service")).toEqual(["keyword"]);
  expect(groupsOf("// words")).toEqual(["comment"]);
  expect(groupsOf('"b"')[0]).toMatch(/^string/);
});

it.each([
  "ts",
  "js",
  "py",
  "go",
  "rs",
  "java",
  "c",
  "cpp",
  "cs",
  "sql",
  "json",
  "yml",
  "sh",
  "html",
])("%s is known", async (name) => {
  const code = "a = 1\n";
  const runs = await colour(code, name);
  expect(runs?.map(([, text]) => text).join("")).toBe(code);
});

it("names that mean no language stay plain", async () => {
  for (const name of ["", "constructor", "__proto__", "klingon", "../x"]) {
    expect(languageOf(name)).toBeUndefined();
    expect(await colour("a", name)).toBeUndefined();
  }
});
