import { describe, expect, test } from "vitest";
import { createTranscript } from "./transcript.ts";

const parts = ["Olá", ", ", "😀", " fim"];
const whole = Buffer.from(parts.join(""));

function filled() {
  const transcript = createTranscript();
  for (const part of parts) transcript.append(part);
  return transcript;
}

describe("a transcript", () => {
  test("counts bytes of UTF-8", () => {
    expect(filled().length()).toBe(whole.length);
    expect(createTranscript().length()).toBe(0);
  });

  test("is read from each offset that begins a character, and from no other", () => {
    for (let offset = 0; offset <= whole.length; offset += 1) {
      const transcript = filled();
      const cursor = transcript.at(offset);
      const inside = offset < whole.length && (whole[offset]! & 0xc0) === 0x80;
      if (inside) expect(cursor).toBeUndefined();
      else
        expect(transcript.read(cursor!)).toEqual({
          offset,
          text: whole.subarray(offset).toString(),
        });
    }
    expect(filled().at(whole.length + 1)).toBeUndefined();
  });

  test("gives a reader only what is new", () => {
    const transcript = filled();
    const cursor = transcript.at(0)!;
    transcript.read(cursor);
    expect(transcript.read(cursor).text).toBe("");
    transcript.append("!");
    expect(transcript.read(cursor)).toEqual({ offset: whole.length, text: "!" });
  });
});
