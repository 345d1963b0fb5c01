import { createInterface, type Interface } from "node:readline";
import { Readable, Writable } from "node:stream";
import { interrupted } from "./failure.ts";
import type { Input } from "./input.ts";
import type { Interrupts } from "./interrupt.ts";
import { createLines } from "./lines.ts";
import { withinLines } from "./message-limit.ts";
import type { Stream } from "./output.ts";

// With this a terminal marks what is pasted, so that its line feeds send nothing.
const MARK_PASTES = "\u001b[?2004h";
const MARK_NO_PASTES = "\u001b[?2004l";

export type Prompt = ReturnType<typeof createPrompt>;

/** The messages that somebody types, or that are piped in. Typed ahead is not shown, but kept. */
export function createPrompt(input: Input, screen: Stream, interrupts: Interrupts) {
  const lines = createLines();
  const veil = createVeil(screen);
  const source = input.terminal ? input.stream : Readable.from(withinLines(input.stream));
  const reader = createInterface({
    input: source,
    ...(input.terminal && { output: veil.stream }),
    terminal: input.terminal,
  });
  reader.on("line", (line) => {
    lines.add(line);
    // Who pipes in faster than the model answers waits.
    if (!input.terminal) source.pause();
  });
  reader.on("close", lines.end);
  // The lines that came before it are answered first.
  reader.on("error", lines.fail);
  if (input.terminal) listenToTerminal(input, screen, reader, lines.pasting);
  reader.on("SIGINT", () => {
    // Ctrl-C takes back what is being typed before it means anything else.
    const begun = !veil.drawn() && lines.drop();
    if (veil.drawn() || (!begun && reader.line === "")) return interrupts.press();
    reader.write(null, { ctrl: true, name: "e" });
    reader.write(null, { ctrl: true, name: "u" });
    if (!begun) return;
    screen.write("\r\n");
    reader.prompt();
  });

  return {
    /** The next message; undefined at the end. Rejects when Ctrl-C is pressed here. */
    async next(): Promise<string | undefined> {
      veil.lift();
      const ask = () => {
        if (!input.terminal) source.resume();
        else if (!lines.ended()) reader.prompt(true);
      };
      ask();
      const left = Promise.withResolvers<never>();
      const leave = () => left.reject(interrupted());
      interrupts.signal.addEventListener("abort", leave, { once: true });
      if (interrupts.signal.aborted) leave();
      try {
        return await Promise.race([lines.next(ask), left.promise]);
      } finally {
        interrupts.signal.removeEventListener("abort", leave);
        veil.draw();
      }
    },
    close(): void {
      reader.close();
      if (input.terminal) screen.write(MARK_NO_PASTES);
    },
  };
}

function listenToTerminal(
  { stream }: Input,
  screen: Stream,
  reader: Interface,
  pasting: (now: boolean) => void,
): void {
  screen.write(MARK_PASTES);
  process.once("exit", () => screen.write(MARK_NO_PASTES));
  reader.setPrompt("› ");
  stream.on("keypress", (_, key: { name?: string } | undefined) => {
    if (key?.name === "paste-start") pasting(true);
    if (key?.name === "paste-end") pasting(false);
  });
}

/** The screen as readline sees it: while the veil is drawn, nothing that is typed appears. */
function createVeil(screen: Stream) {
  let drawn = true;
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!drawn) screen.write(chunk);
      done();
    },
  });
  Object.defineProperty(stream, "columns", { get: () => screen.columns });
  return {
    stream,
    drawn: () => drawn,
    draw: () => void (drawn = true),
    lift: () => void (drawn = false),
  };
}
