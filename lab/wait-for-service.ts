import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Guest } from "./agent.ts";
import { filesOf } from "./folder.ts";
import { listeners } from "./listeners.ts";
import { type MachineName, machines } from "./topology.ts";

/** Three emulated machines on a busy computer have needed seven minutes. */
const START_LIMIT_MS = 900_000;
const POLL_MS = 500;
const LOG_TAIL = 2_000;

/** Waits until a virtual machine is up and its service listens. */
export async function waitForService(
  name: MachineName,
  guest: Guest,
  runs: () => Promise<boolean>,
): Promise<void> {
  const { service } = machines[name];
  const failure = (reached: string, words: string) =>
    new Error(`${name} did not come up: ${reached}.\n${words.trim()}`);
  /** A guest that is busy booting may leave a question without an answer, and is asked again. */
  const ask = async (line: string) => (await guest.sh(line).catch(() => undefined))?.output;

  let answered = false;
  for (const until = Date.now() + START_LIMIT_MS; Date.now() < until; await sleep(POLL_MS)) {
    if (!(await runs())) throw failure("it ended", consoleOf(name));
    answered ||= await guest.answers();
    const sockets = answered ? await ask("ss -Hltn") : undefined;
    if (listeners(sockets ?? "", service.port).length > 0) return;
  }
  if (!answered) throw failure("its guest agent did not answer", consoleOf(name));
  const journal = await ask(`journalctl -u ${name} -n 20 --no-pager`);
  throw failure(`${service.name} did not start there`, journal ?? consoleOf(name));
}

function consoleOf(name: MachineName): string {
  const { log } = filesOf(name);
  return existsSync(log) ? readFileSync(log, "utf8").slice(-LOG_TAIL) : "";
}
