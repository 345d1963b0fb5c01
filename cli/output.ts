import { type DescMessage, type MessageShape, toJsonString } from "@bufbuild/protobuf";
import { once } from "node:events";
import type { Writable } from "node:stream";
import { clean, cleanJson, cleanLine } from "./clean.ts";
import { exitCodes } from "./exit-codes.ts";
import { OutputFailure } from "./failure.ts";

export type Stream = Writable & { isTTY?: boolean; columns?: number };
export type Output = ReturnType<typeof createOutput>;

/** Standard output: results and nothing else. A reader who leaves ends the command. */
export function createOutput(stream: Stream, env: Record<string, string | undefined> = {}) {
  const terminal = stream.isTTY === true;
  const colours = terminal && !env["NO_COLOR"] && env["TERM"] !== "dumb";
  let failure: OutputFailure | undefined;
  const fail = (error: unknown) => void (failure ??= explain(error));
  const check = () => {
    if (failure !== undefined) throw failure;
  };
  stream.on("error", fail);

  /** Waits for a reader that is slow, so that memory stays flat. */
  async function write(text: string | Uint8Array): Promise<void> {
    check();
    if (stream.write(text)) return;
    const settled = new AbortController();
    const { signal } = settled;
    const ends = ["drain", "close", "error"].map((name) => once(stream, name, { signal }));
    await Promise.race(ends).catch(fail);
    settled.abort();
    await Promise.allSettled(ends);
    check();
  }

  const writeJson = (json: string) => write(terminal ? cleanJson(json) : json);

  return {
    terminal,
    /** Text of a model or of anybody, as it is into a pipe and harmless on a terminal. */
    text: (text: string) => write(terminal ? clean(text) : text),
    /** JSON for programs, as it is into a pipe and harmless on a terminal. */
    rawJson: writeJson,
    /** The command's own words. */
    line: (text = "") => write(`${text}\n`),
    json: <Desc extends DescMessage>(schema: Desc, message: MessageShape<Desc>) =>
      writeJson(`${toJsonString(schema, message)}\n`),
    /** Columns on a terminal, cut to its width; tabs elsewhere. */
    async table(rows: string[][]): Promise<void> {
      for (const line of tabulate(rows, terminal ? (stream.columns ?? 80) : undefined)) {
        await write(`${line}\n`);
      }
    },
    /** Resolves when everything has been handed to the system; rejects when it was not taken. */
    async flush(): Promise<void> {
      const error = await new Promise((resolve) => void stream.write("", resolve));
      if (error) fail(error);
      check();
    },
    strong: (text: string) => (colours ? `\u001b[1m${text}\u001b[22m` : text),
    faint: (text: string) => (colours ? `\u001b[2m${text}\u001b[22m` : text),
  };
}

function explain(error: unknown): OutputFailure {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EPIPE") return new OutputFailure("", exitCodes.pipeClosed);
  return new OutputFailure(`The output cannot be written: ${message}`);
}

const GAP = 2;

export function tabulate(rows: string[][], width: number | undefined): string[] {
  const cells = rows.map((row) => row.map(cleanLine));
  if (width === undefined) return cells.map((row) => row.join("\t"));
  const widths: number[] = [];
  for (const row of cells) {
    for (const [index, cell] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, [...cell].length);
    }
  }
  return cells.map((row) => {
    const line = row
      .map((cell, index) => cell + " ".repeat(widths[index]! - [...cell].length + GAP))
      .join("");
    return cut(line.trimEnd(), width);
  });
}

function cut(line: string, width: number): string {
  const letters = [...line];
  return letters.length <= width ? line : `${letters.slice(0, width - 1).join("")}…`;
}
