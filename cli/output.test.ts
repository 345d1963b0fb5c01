import { ChatSchema } from "#proto/prosa/chat/v1/chat_pb.ts";
import { create } from "@bufbuild/protobuf";
import { PassThrough, Writable } from "node:stream";
import { expect, test } from "vitest";
import { exitCodes } from "./exit-codes.ts";
import { createOutput, tabulate } from "./output.ts";
import { createStatus } from "./status.ts";

function screen(isTTY: boolean) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 20 });
  let shown = "";
  stream.on("data", (chunk) => (shown += String(chunk)));
  return { stream, text: () => shown };
}

test("columns fit the terminal, and are tabs elsewhere", () => {
  const rows = [
    ["a", "long title of a chat"],
    ["abc", "x\ty"],
  ];
  expect(tabulate(rows, 20)).toEqual(["a    long title of …", "abc  x y"]);
  expect(tabulate(rows, undefined)).toEqual(["a\tlong title of a chat", "abc\tx y"]);
});

test("a model's text is harmless on a terminal and exact in a pipe", async () => {
  for (const [isTTY, expected] of [
    [true, "␛[2J"],
    [false, "\u001b[2J"],
  ] as const) {
    const { stream, text } = screen(isTTY);
    await createOutput(stream).text("\u001b[2J");
    await new Promise((resolve) => setImmediate(resolve));
    expect(text()).toBe(expected);
  }
});

test("JSON is harmless on a terminal and exact in a pipe", async () => {
  for (const [isTTY, expected] of [
    [true, '{"title":"\\u009b31m"}\n'],
    [false, '{"title":"\u009b31m"}\n'],
  ] as const) {
    const { stream, text } = screen(isTTY);
    await createOutput(stream).json(ChatSchema, create(ChatSchema, { title: "\u009b31m" }));
    await new Promise((resolve) => setImmediate(resolve));
    expect(text()).toBe(expected);
  }
});

test("there is emphasis only where it is wanted", () => {
  const strong = (isTTY: boolean, env = {}) => createOutput(screen(isTTY).stream, env).strong("x");
  expect(strong(true)).toBe("\u001b[1mx\u001b[22m");
  expect(strong(true, { NO_COLOR: "1" })).toBe("x");
  expect(strong(true, { TERM: "dumb" })).toBe("x");
  expect(strong(false)).toBe("x");
});

test("a slow reader is waited for", async () => {
  const taken: (() => void)[] = [];
  const stream = new Writable({
    highWaterMark: 4,
    write: (_chunk, _encoding, done) => void taken.push(done),
  });
  let written = false;
  const writing = createOutput(stream)
    .text("more than four")
    .then(() => (written = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(written).toBe(false);
  taken.shift()!();
  await writing;
});

test.each([
  ["EPIPE", exitCodes.pipeClosed, ""],
  ["ENOSPC", exitCodes.failed, "The output cannot be written: ENOSPC"],
])("what ends with %s ends the command with %i", async (code, exitCode, message) => {
  const stream = new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })),
  });
  const output = createOutput(stream);
  await output.text("x").catch(() => undefined);
  await expect(output.flush()).rejects.toMatchObject({ exitCode, message });
  await expect(output.text("y")).rejects.toMatchObject({ exitCode, message });
});

test("the status is one line on a terminal and leaves no trace, and plain lines elsewhere", async () => {
  const terminal = screen(true);
  const status = createStatus(terminal.stream);
  status.show("one");
  status.show("one");
  status.show("two", "passing");
  status.line("stays");
  await new Promise((resolve) => setImmediate(resolve));
  expect(terminal.text()).toBe("\r\u001b[Kone\r\u001b[Ktwo\r\u001b[Kstays\n");
  const file = screen(false);
  const plain = createStatus(file.stream);
  plain.show("one");
  plain.show("one");
  plain.show("two", "passing");
  plain.clear();
  plain.line("stays");
  await new Promise((resolve) => setImmediate(resolve));
  expect(file.text()).toBe("one\nstays\n");
});
