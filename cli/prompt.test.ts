import { PassThrough } from "node:stream";
import { afterEach, expect, test, vi } from "vitest";
import { createInput } from "./input.ts";
import { createInterrupts } from "./interrupt.ts";
import { MESSAGE_BYTES } from "./message-limit.ts";
import { createPrompt } from "./prompt.ts";

const CTRL_C = "\u0003";
const CTRL_D = "\u0004";

/** A keyboard and a screen, as readline sees those of a terminal. */
function terminal() {
  const keyboard = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => keyboard });
  const screen = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  let shown = "";
  screen.on("data", (chunk) => (shown += String(chunk)));
  const codes: number[] = [];
  const interrupts = createInterrupts((code) => codes.push(code));
  const input = createInput(keyboard, screen);
  const type = async (keys: string) => {
    keyboard.write(keys);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { input, screen, interrupts, type, codes, shown: () => shown };
}

afterEach(() => void vi.useRealTimers());

test("a line is a message, and Ctrl-D ends", async () => {
  const { input, screen, interrupts, type } = terminal();
  const prompt = createPrompt(input, screen, interrupts);
  const first = prompt.next();
  await type("Olá 😀\r");
  expect(await first).toBe("Olá 😀");
  const second = prompt.next();
  await type(CTRL_D);
  expect(await second).toBeUndefined();
});

test("what is pasted is sent as one message with the next Enter", async () => {
  const { input, screen, interrupts, type, shown } = terminal();
  const prompt = createPrompt(input, screen, interrupts);
  expect(shown()).toContain("\u001b[?2004h");
  let message: string | undefined;
  const next = prompt.next().then((text) => (message = text));
  await type("\u001b[200~one\rtwo\r\u001b[201~");
  expect(message).toBeUndefined();
  await type("three\r");
  await next;
  expect(message).toBe("one\ntwo\nthree");
  prompt.close();
  expect(shown()).toContain("\u001b[?2004l");
});

test("what is typed during an answer is kept, and not shown before its turn", async () => {
  const { input, screen, interrupts, type, shown } = terminal();
  const prompt = createPrompt(input, screen, interrupts);
  const first = prompt.next();
  await type("one\r");
  await first;
  const before = shown();
  await type("ahead");
  expect(shown()).toBe(before);
  const second = prompt.next();
  await type("\r");
  expect(await second).toBe("ahead");
  expect(shown()).toContain("ahead");
  prompt.close();
});

test("Ctrl-C takes back what is being typed first, and leaves then", async () => {
  const { input, screen, interrupts, type } = terminal();
  const prompt = createPrompt(input, screen, interrupts);
  const next = prompt.next();
  next.catch(() => undefined);
  await type("half a que");
  await type(CTRL_C);
  expect(interrupts.signal.aborted).toBe(false);
  await type("whole\r");
  expect(await next).toBe("whole");
  const last = prompt.next();
  last.catch(() => undefined);
  await type(CTRL_C);
  await expect(last).rejects.toMatchObject({ exitCode: 130 });
  prompt.close();
});

test.each([
  ["a line that goes on", "one \\\r"],
  ["a paste that ends in a line feed", "\u001b[200~one\r\u001b[201~"],
])("Ctrl-C takes back %s, and does not leave", async (_, begun) => {
  const { input, screen, interrupts, type } = terminal();
  const prompt = createPrompt(input, screen, interrupts);
  const next = prompt.next();
  next.catch(() => undefined);
  await type(begun);
  await type(CTRL_C);
  expect(interrupts.signal.aborted).toBe(false);
  await type("two\r");
  expect(await next).toBe("two");
  prompt.close();
});

test("Ctrl-C during an answer stops it, and a second one leaves", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const { interrupts, codes } = terminal();
  const stop = vi.fn<() => void>();
  const handled = interrupts.during(stop);
  interrupts.press();
  // npm hands the same Ctrl-C on once more.
  interrupts.press();
  expect(stop).toHaveBeenCalledOnce();
  expect(codes).toEqual([]);
  vi.advanceTimersByTime(500);
  interrupts.press();
  expect(codes).toEqual([130]);
  handled();
  vi.advanceTimersByTime(500);
  interrupts.press();
  expect(interrupts.signal.aborted).toBe(true);
});

test("a password is asked for without showing it", async () => {
  const { input, type, shown } = terminal();
  const answer = input.ask("Password: ", "hidden");
  await type("secret words\r");
  expect(await answer).toBe("secret words");
  expect(shown()).toContain("Password: ");
  expect(shown()).not.toContain("secret");
  const email = input.ask("E-mail: ");
  await type("ana@example.org\r");
  expect(await email).toBe("ana@example.org");
  expect(shown()).toContain("ana@example.org");
});

test.each([CTRL_C, CTRL_D])("a question that is answered with %j ends the command", async (key) => {
  const { input, type } = terminal();
  const answer = input.ask("E-mail: ");
  answer.catch(() => undefined);
  await type(key);
  await expect(answer).rejects.toMatchObject({ exitCode: 130 });
});

test("Ctrl-D during an answer ends after it", async () => {
  const { input, screen, interrupts, type } = terminal();
  const prompt = createPrompt(input, screen, interrupts);
  const first = prompt.next();
  await type("one\r");
  expect(await first).toBe("one");
  await type(`two\r${CTRL_D}`);
  expect(await prompt.next()).toBe("two");
  expect(await prompt.next()).toBeUndefined();
});

test("a piped line that no message can hold fails, after what came before it", async () => {
  const pipe = new PassThrough();
  const prompt = createPrompt(
    createInput(pipe, pipe),
    pipe,
    createInterrupts(() => {}),
  );
  pipe.write("one\\\n");
  pipe.write("and a half\ntwo\n");
  expect(await prompt.next()).toBe("one\nand a half");
  pipe.end("x".repeat(MESSAGE_BYTES + 1));
  expect(await prompt.next()).toBe("two");
  await expect(prompt.next()).rejects.toThrow("262,144 bytes");
});
