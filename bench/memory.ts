import { setTimeout as sleep } from "node:timers/promises";
import { runRound } from "./load.ts";
import { registerUsers, startProsa } from "./prosa.ts";
import type { Row } from "./row.ts";
import { startSetting } from "./setting.ts";
import { descendants, proportionalBytes, residentBytes } from "./usage.ts";

const settleMs = 5_000;
const load = { streams: 50, tokens: 400, delayMs: 0 };
const rounds = 5;
const megabyte = 1_000_000;

/** Memory when idle: after the start, after load, and with the engine. */
export async function measureMemory(): Promise<Row[]> {
  await using setting = await startSetting(0);
  await sleep(settleMs);
  const pids = [setting.prosa.child.pid, setting.relay.child.pid] as const;
  const before = pids.map((pid) => residentBytes(pid) / megabyte);
  const all = [pids[0], ...descendants(pids[0])];
  const allBefore = proportionalBytes(all) / megabyte;
  const users = await registerUsers(setting.prosa.url, load.streams);
  for (let round = 0; round < rounds; round++) {
    for (const target of setting.targets) {
      await runRound({ ...target, users: target.pid === pids[0] ? users : [] }, load);
    }
  }
  await sleep(settleMs);
  const after = pids.map((pid) => residentBytes(pid) / megabyte);
  const withEngine = await measureWithEngine();
  const row = (what: string, value = Number.NaN, baseline = Number.NaN) => ({
    what: `idle memory: ${what}`,
    value,
    unit: "MB",
    baselineName: "bare relay",
    baseline,
  });
  return [
    {
      ...row("server process after the start", before[0], before[1]),
      goal: { of: "value", is: "at most", limit: 130 },
    },
    row("server process after 50 registrations and load", after[0], after[1]),
    row("server and PostgreSQL (proportional)", allBefore, before[1]),
    row("server, PostgreSQL and engine (proportional)", withEngine, before[1]),
  ];
}

async function measureWithEngine(): Promise<number> {
  await using prosa = await startProsa({});
  await sleep(settleMs);
  return proportionalBytes([prosa.child.pid, ...descendants(prosa.child.pid)]) / megabyte;
}
