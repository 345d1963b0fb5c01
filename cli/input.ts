import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { interrupted, misuse } from "./failure.ts";
import { withinMessage } from "./message-limit.ts";
import type { Stream } from "./output.ts";

export type Input = ReturnType<typeof createInput>;
export type Source = Readable & { isTTY?: boolean };

/** Standard input: a terminal to ask, or what is piped in. */
export function createInput(stream: Source, prompts: Stream) {
  const terminal = stream.isTTY === true;

  /** All that is piped in, which is at most as long as a message. */
  async function readAll(): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of withinMessage(stream)) chunks.push(chunk);
    const text = Buffer.concat(chunks);
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(text);
    } catch {
      throw misuse("The standard input is not UTF-8 text.");
    }
  }

  /** Asks on standard error, so that standard output stays clean; hidden answers are not echoed. */
  async function ask(question: string, hidden?: "hidden"): Promise<string> {
    const reader = createInterface({
      input: stream,
      terminal: true,
      ...(hidden === undefined && { output: prompts }),
      historySize: 0,
    });
    if (hidden !== undefined) prompts.write(question);
    else {
      reader.setPrompt(question);
      reader.prompt();
    }
    const left = new AbortController();
    const stopped = once(reader, "SIGINT", left).then(() => undefined);
    const ended = once(reader, "close", left).then(() => undefined);
    const line = once(reader, "line", left).then(([text]) => text as string);
    try {
      const answer = await Promise.race([line, stopped, ended]);
      if (answer === undefined) throw interrupted();
      return answer;
    } finally {
      left.abort();
      await Promise.allSettled([stopped, ended, line]);
      reader.close();
      if (hidden !== undefined) prompts.write("\n");
    }
  }

  return { stream, terminal, readAll, ask };
}
