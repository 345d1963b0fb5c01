import { expect, it } from "vitest";
import { paths, safeNext } from "./paths.ts";

it("remembers where a person wanted to go", () => {
  expect(paths.login("/c/1?at=2")).toBe("/login?next=%2Fc%2F1%3Fat%3D2");
  expect(paths.login("/")).toBe("/login");
  expect(safeNext("/c/1?at=2")).toBe("/c/1?at=2");
});

it.each(["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""])(
  "never leads out of this server: %j",
  (next) => {
    expect(safeNext(next)).toBe("/");
  },
);
