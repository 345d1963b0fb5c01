import { expect, test } from "vitest";
import { byteLength, joinDelta } from "./reply-text.ts";

test("a delta at the end of what is there is appended", () => {
  expect(joinDelta(4, 4, "são")).toEqual({ kind: "append", text: "são", bytes: 8 });
});

test("a delta that lies within what is there is known", () => {
  expect(joinDelta(10, 4, "são")).toEqual({ kind: "known" });
  expect(joinDelta(8, 4, "são")).toEqual({ kind: "known" });
});

test("an overlap is cut off by bytes, not by letters", () => {
  expect(joinDelta(7, 4, "são")).toEqual({ kind: "append", text: "o", bytes: 8 });
  expect(joinDelta(4, 0, "🌊mar")).toEqual({ kind: "append", text: "mar", bytes: 7 });
});

test("a delta beyond the end is a gap, and so is a cut within a character", () => {
  expect(joinDelta(3, 4, "x")).toEqual({ kind: "gap" });
  expect(joinDelta(2, 0, "🌊mar")).toEqual({ kind: "gap" });
});

test("a text of all lengths of characters keeps its bytes when it is cut anywhere", () => {
  const text = "aé€🌊z";
  for (let at = 0; at <= text.length; at += 1) {
    const head = text.slice(0, at);
    const joined = joinDelta(byteLength(head), 0, text);
    if (/[\uD800-\uDBFF]$/.test(head)) continue;
    expect(head + (joined.kind === "append" ? joined.text : "")).toBe(text);
  }
});
