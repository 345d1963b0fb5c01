import { setTimeout as sleep } from "node:timers/promises";
import type { Ended } from "./command.ts";
import { type JsonLines, openJsonLines } from "./json-lines.ts";

// The guest agent: commands into a machine over a serial line, without network, keys or passwords.

const POLL_MS = 100;
/** An emulated guest may be slow, but one that runs answers within this. */
const SILENCE_MS = 20_000;

/** Has the agent do something, over whatever leads to it. */
export type Execute = <T>(command: string, args: object) => Promise<T>;

export type Guest = ReturnType<typeof guestOf>;

type Status = { exited: boolean; exitcode?: number; "out-data"?: string; "err-data"?: string };

/** The guest behind an agent. */
export function guestOf(execute: Execute) {
  /** Whether the guest has got so far that its agent answers. */
  const answers = () =>
    execute("guest-ping", {}).then(
      () => true,
      () => false,
    );

  async function sh(line: string): Promise<Ended> {
    const how = { path: "/bin/sh", arg: ["-c", line], "capture-output": true };
    const { pid } = await execute<{ pid: number }>("guest-exec", how);
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

  return { answers, sh, setTime };
}

/** The guest whose agent is at the other end of QEMU's socket. */
export function agentAt(path: string, silenceMs = SILENCE_MS): Guest {
  return guestOf(async <T>(execute: string, args: object) => {
    using lines = await openJsonLines(path, silenceMs);
    await synchronise(lines);
    lines.send({ execute, arguments: args });
    const answer = await lines.next();
    if ("error" in answer) throw new Error((answer.error as { desc: string }).desc);
    return answer.return as T;
  });
}

const decode = (data = ""): string => Buffer.from(data, "base64").toString();

/** What is still to come of an earlier connection's question is passed over. */
async function synchronise(lines: JsonLines): Promise<void> {
  const id = Math.floor(Math.random() * 2 ** 31);
  lines.send({ execute: "guest-sync", arguments: { id } });
  while ((await lines.next()).return !== id);
}
