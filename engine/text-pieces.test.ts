import { expect, test } from "vitest";
import { createTextPieces } from "./text-pieces.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test("a character whose bytes come one by one goes out whole", () => {
  const pieces = createTextPieces([]);
  const out = [...bytes("é😀")].map((byte) => pieces.push(Uint8Array.of(byte)).text);
  expect(out).toEqual(["", "é", "", "", "", "😀"]);
});

test("spaces and line breaks are kept as they are", () => {
  const pieces = createTextPieces([]);
  expect([pieces.push(bytes("  a \n")).text, pieces.end().text]).toEqual(["  a \n", ""]);
});

test("nothing of a stop string goes out, even when it comes in parts", () => {
  const pieces = createTextPieces(["END", "<|eot|>"]);
  expect(pieces.push(bytes("one E"))).toEqual({ text: "one ", stopped: false });
  expect(pieces.push(bytes("N"))).toEqual({ text: "", stopped: false });
  expect(pieces.push(bytes("D two"))).toEqual({ text: "", stopped: true });
});

test("text that only looked like a stop string goes out after all", () => {
  const pieces = createTextPieces(["END"]);
  expect(pieces.push(bytes("EN")).text).toBe("");
  expect(pieces.push(bytes("TER EN")).text).toBe("ENTER ");
  expect(pieces.end()).toEqual({ text: "EN", stopped: false });
});

test("the stop string that comes first in the text wins", () => {
  const pieces = createTextPieces(["c", "b"]);
  expect(pieces.push(bytes("abc"))).toEqual({ text: "a", stopped: true });
});
