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
  const { log } = filesOf(name);
  const { service } = machines[name];
  let reached = "its guest agent did not answer";
  for (const until = Date.now() + START_LIMIT_MS; Date.now() < until; await sleep(POLL_MS)) {
    if (!(await runs())) {
      reached = "it ended";
      break;
    }
    if (!(await guest.answers())) continue;
    reached = `${service.name} did not start there`;
    const { output } = await guest.sh("ss -Hltn");
    if (listeners(output, service.port).length > 0) return;
  }
  const units = reached.startsWith(service.name)
    ? (await guest.sh(`journalctl -u ${name} -n 20 --no-pager`)).output
    : existsSync(log)
      ? readFileSync(log, "utf8").slice(-LOG_TAIL)
      : "";
  throw new Error(`${name} did not come up: ${reached}.\n${units.trim()}`);
}
