import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { checkMessage, MESSAGE_BYTES, withinLines, withinMessage } from "./message-limit.ts";

async function whole(chunks: AsyncIterable<Buffer>): Promise<number> {
  let bytes = 0;
  for await (const chunk of chunks) bytes += chunk.length;
  return bytes;
}
const from = (...texts: string[]) => Readable.from(texts.map((text) => Buffer.from(text)));

test("a message of the greatest length is taken, and one byte more is not", () => {
  const longest = `${"x".repeat(MESSAGE_BYTES - 2)}ã`;
  expect(() => checkMessage(longest)).not.toThrow();
  expect(() => checkMessage(`${longest}!`)).toThrow(/has 262,145 bytes.*may have 262,144 bytes/);
  expect(() => checkMessage("nul\0")).toThrow("NUL");
});

test("what is piped in is read up to the greatest message", async () => {
  const most = "x".repeat(MESSAGE_BYTES);
  expect(await whole(withinMessage(from(most)))).toBe(MESSAGE_BYTES);
  await expect(whole(withinMessage(from(most, "x")))).rejects.toThrow("262,144 bytes");
});

test("lines are bounded each, and not all together", async () => {
  const most = "x".repeat(MESSAGE_BYTES);
  expect(await whole(withinLines(from(most, "\n", most, "\nshort\n")))).toBe(2 * MESSAGE_BYTES + 8);
  await expect(whole(withinLines(from("short\nx", most)))).rejects.toThrow("262,144 bytes");
  await expect(whole(withinLines(from("short\nx", `${most}\n`)))).rejects.toThrow("262,144 bytes");
});
