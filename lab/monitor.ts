import { setTimeout as sleep } from "node:timers/promises";
import { openJsonLines } from "./json-lines.ts";

// QMP, the protocol in which QEMU's own monitor is spoken to.

/** Snapshots are written and read within one answer's time of theirs. */
const SILENCE_MS = 60_000;
const POLL_MS = 100;

export type Monitor = {
  execute<T = unknown>(command: string, args?: object): Promise<T>;
  /** Runs what QEMU does in the background, and waits for its end. */
  job(command: string, args: object): Promise<void>;
};

export function monitorAt(path: string): Monitor {
  async function execute<T>(command: string, args: object = {}): Promise<T> {
    using lines = await openJsonLines(path, SILENCE_MS);
    await lines.next();
    await ask<object>(lines, "qmp_capabilities", {});
    // Awaited here, since the connection is closed on the way out.
    return await ask<T>(lines, command, args);
  }

  async function job(command: string, args: object): Promise<void> {
    const id = `lab-${Date.now()}`;
    await execute(command, { "job-id": id, ...args });
    for (;;) {
      const jobs = await execute<Job[]>("query-jobs");
      const job = jobs.find((it) => it.id === id);
      if (job === undefined) throw new Error(`QEMU has forgotten its job ${command}`);
      if (job.status === "concluded") {
        await execute("job-dismiss", { id });
        if (job.error !== undefined) throw new Error(job.error);
        return;
      }
      await sleep(POLL_MS);
    }
  }

  return { execute, job };
}

type Job = { id: string; status: string; error?: string };

async function ask<T>(
  lines: Awaited<ReturnType<typeof openJsonLines>>,
  command: string,
  args: object,
): Promise<T> {
  lines.send({ execute: command, arguments: args });
  for (;;) {
    const answer = await lines.next();
    if ("error" in answer)
      throw new Error(`${command}: ${(answer.error as { desc: string }).desc}`);
    // Events come in between.
    if ("return" in answer) return answer.return as T;
  }
}
