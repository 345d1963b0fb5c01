import { describe, expect, test } from "vitest";
import type { RawRecord, Splitter } from "./record-buffer.ts";
import { splitArray } from "./split-array.ts";
import { splitLines } from "./split-lines.ts";

/** Numbers that look random and are the same each time. */
function createRandom(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function split(splitter: Splitter, bytes: Buffer, cut: (left: number) => number) {
  const found: RawRecord[] = [];
  let at = 0;
  while (at < bytes.length) {
    const size = Math.max(1, Math.min(bytes.length - at, cut(bytes.length - at)));
    found.push(...splitter.push(bytes.subarray(at, at + size)));
    at += size;
  }
  found.push(...splitter.end());
  return found.map(({ bytes, ...others }) => ({ ...others, text: bytes.toString() }));
}

const whole = (left: number) => left;
const texts = (found: { text: string }[]) => found.map(({ text }) => text);

/** A value with everything that could mislead a scanner. */
function makeValue(random: (below: number) => number, depth = 0): unknown {
  const kind = random(depth > 4 ? 4 : 6);
  const words = ['"', "\\", '\\"', "[", "]", "{", "}", ",", "é", "😀", "\n", "", "\u2028", "a"];
  if (kind === 0) return random(1000) - 500;
  if (kind === 1) return [true, false, null][random(3)];
  if (kind < 4)
    return Array.from({ length: random(8) }, () => words[random(words.length)]).join("");
  const items = Array.from({ length: random(4) }, () => makeValue(random, depth + 1));
  if (kind === 4) return items;
  return Object.fromEntries(
    items.map((item, index) => [`${words[random(words.length)]}${index}`, item]),
  );
}

describe("the elements of an array", () => {
  test("do not end at brackets that close nothing, however many", () => {
    const deep = `${"[".repeat(512)}${"}".repeat(4096)}${"]".repeat(512)}`;
    expect(texts(split(splitArray(), Buffer.from(`[${deep},2]`), whole))).toEqual([deep, "2"]);
  });

  test("are found whatever they hold and wherever the file is cut", () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = createRandom(seed);
      const values = Array.from({ length: random(8) }, () => makeValue(random));
      const text = JSON.stringify(values, undefined, [0, 2, "\t"][random(3)]);
      const bytes = Buffer.from(`${["", "\uFEFF", "\r\n "][random(3)]}${text}\r\n`);
      const found = split(splitArray(), bytes, () => 1 + random(seed % 2 === 0 ? 3 : 40));
      expect(texts(found).map((one) => JSON.parse(one))).toEqual(values);
      expect(found.map(({ position }) => position)).toEqual(values.map((_, index) => index + 1));
      expect(found.some(({ cutShort, tooLarge }) => cutShort || tooLarge)).toBe(false);
    }
  });

  test("that are broken inside do not take those after them along", () => {
    const broken = [
      '{"a":1,}',
      '{"a" "b"}',
      '{"a":[1,2}',
      '{"a":[{"b":1],"c":2}',
      '{"a":]}',
      "{'a':1}",
      '{"a":\u0001}',
      "nul",
    ];
    for (const one of broken) {
      const found = split(splitArray(), Buffer.from(`[{"n":1},${one},{"n":2}]`), whole);
      expect(texts(found)).toEqual(['{"n":1}', one, '{"n":2}']);
    }
  });

  test("that are larger than is taken are skipped but for their beginning", () => {
    const large = JSON.stringify({ title: "Large", text: "x".repeat(10_000) });
    const bytes = Buffer.from(`[{"n":1},${large},{"n":2}]`);
    for (const cut of [1, 7, 300, 20_000]) {
      const found = split(splitArray(1000), bytes, () => cut);
      expect(found.map(({ tooLarge }) => tooLarge)).toEqual([false, true, false]);
      expect(found[1]!.text).toContain('"title":"Large"');
      expect(found[1]!.text.length).toBeLessThanOrEqual(4096);
      expect(large.startsWith(found[1]!.text)).toBe(true);
      expect(found[2]).toMatchObject({ position: 3, text: '{"n":2}' });
    }
  });

  test("that the file ends in or before are cut short", () => {
    const bytes = '[{"n":1},{"n":"two"}]';
    const cut = (length: number) => split(splitArray(), Buffer.from(bytes.slice(0, length)), whole);
    expect(cut(15)).toMatchObject([{ cutShort: false }, { cutShort: true, position: 2 }]);
    expect(cut(9)).toMatchObject([{ cutShort: false }, { cutShort: true, position: 2, text: "" }]);
    expect(cut(0)).toEqual([]);
  });

  test("may be nested as deeply as they like", () => {
    const deep = "[".repeat(200_000) + "]".repeat(200_000);
    const found = split(splitArray(), Buffer.from(`[${deep},{"n":2}]`), () => 65_536);
    expect(texts(found)).toEqual([deep, '{"n":2}']);
  });

  test("stand in no array either", () => {
    const found = split(splitArray(), Buffer.from('{"n":1}\n{"n":2} x'), whole);
    expect(texts(found)).toEqual(['{"n":1}', '{"n":2}', "x"]);
  });
});

test("a record that comes byte by byte keeps none of the pieces that it came in", () => {
  for (const splitter of [splitArray(), splitLines()]) {
    const record = JSON.stringify({ text: "é".repeat(5000) });
    const found = [...Buffer.from(`${record}\n`)].flatMap((byte) => {
      const piece = Uint8Array.of(byte);
      const records = [...splitter.push(piece)];
      piece.fill(0);
      return records;
    });
    expect(found.map(({ bytes }) => bytes.toString())).toEqual([record]);
  }
});

describe("the lines of a file", () => {
  test("are found wherever it is cut, with or without a last line break", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = createRandom(seed);
      const lines = Array.from({ length: random(8) }, () =>
        random(4) === 0 ? "" : JSON.stringify([makeValue(random)]),
      );
      const text = lines.join(["\n", "\r\n"][random(2)]) + ["", "\n"][random(2)];
      const found = split(splitLines(), Buffer.from(text), () => 1 + random(9));
      const expected = lines.flatMap((line, index) => (line === "" ? [] : [[index + 1, line]]));
      expect(found.map(({ position, text }) => [position, text.trimEnd()])).toEqual(expected);
    }
  });

  test("that are larger than is taken are skipped but for their beginning", () => {
    const bytes = Buffer.from(`{"n":1}\n${"x".repeat(10_000)}\n{"n":2}\n`);
    const found = split(splitLines(1000), bytes, () => 300);
    expect(found.map(({ tooLarge }) => tooLarge)).toEqual([false, true, false]);
    expect(found[2]).toMatchObject({ position: 3, text: '{"n":2}' });
  });

  test("are cut short when the file ends without a line break", () => {
    const found = split(splitLines(), Buffer.from('{"n":1}\n{"n":'), whole);
    expect(found.map(({ cutShort }) => cutShort)).toEqual([false, true]);
  });
});
