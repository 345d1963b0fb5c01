import { setTimeout as sleep } from "node:timers/promises";
import type { Ended } from "./command.ts";
import { type JsonLines, openJsonLines } from "./json-lines.ts";

// The guest agent: commands into a machine over a serial line, without network, keys or passwords.

const POLL_MS = 100;
/** An emulated guest may be slow, but one that runs answers within this. */
const SILENCE_MS = 20_000;

type Status = { exited: boolean; exitcode?: number; "out-data"?: string; "err-data"?: string };

export function agentAt(path: string) {
  /** Whether the guest has got so far that its agent answers. */
  async function answers(silenceMs: number): Promise<boolean> {
    try {
      using lines = await openJsonLines(path, silenceMs);
      await synchronise(lines);
      return true;
    } catch {
      return false;
    }
  }

  async function sh(line: string): Promise<Ended> {
    const arg = ["-c", line];
    const { pid } = await execute<{ pid: number }>("guest-exec", {
      ...{ path: "/bin/sh", arg, "capture-output": true },
    });
    for (;;) {
      const status = await execute<Status>("guest-exec-status", { pid });
      if (status.exited)
        return {
          code: status.exitcode ?? -1,
          output: decode(status["out-data"]),
          errors: decode(status["err-data"]),
        };
      await sleep(POLL_MS);
    }
  }

  /** A guest that was brought back to an earlier moment thinks that it is still then. */
  const setTime = (time: Date) =>
    execute<object>("guest-set-time", { time: time.getTime() * 1_000_000 });

  async function execute<T>(command: string, args: object): Promise<T> {
    using lines = await openJsonLines(path, SILENCE_MS);
    await synchronise(lines);
    lines.send({ execute: command, arguments: args });
    const answer = await lines.next();
    if ("error" in answer) throw new Error((answer.error as { desc: string }).desc);
    return answer.return as T;
  }

  return { answers, sh, setTime };
}

const decode = (data = ""): string => Buffer.from(data, "base64").toString();

/** What is still to come of an earlier connection's question is passed over. */
async function synchronise(lines: JsonLines): Promise<void> {
  const id = Math.floor(Math.random() * 2 ** 31);
  lines.send({ execute: "guest-sync", arguments: { id } });
  while ((await lines.next()).return !== id);
}
