import { alternate, runRound, type Round } from "./load.ts";
import type { Row } from "./row.ts";
import { startSetting } from "./setting.ts";
import { median, quantile } from "./statistics.ts";

const load = { streams: 50, tokens: 200, delayMs: 50 };
const warmUp = { streams: 50, tokens: 400, delayMs: 0 };
const times = 3;

/** 50 streams of 200 tokens at the pace of a fast model, 20 a second. */
export async function measurePaced(): Promise<Row[]> {
  await using setting = await startSetting(load.streams);
  for (const target of setting.targets) await runRound(target, warmUp);
  const [prosa, relay] = await alternate(setting.targets, load, times);
  const row = (what: string, unit: string, of: (round: Round) => number) => ({
    what: `50 streams, N 200, D 50: ${what}`,
    value: median(prosa.map(of)),
    unit,
    baselineName: "bare relay",
    baseline: median(relay.map(of)),
  });
  return [
    {
      ...row("CPU of the server", "µs/token", (round) => round.cpuPerToken),
      goal: { of: "ratio", is: "at most", limit: 1.2 },
    },
    row("CPU with PostgreSQL", "µs/token", (round) => round.cpuPerToken + round.otherCpuPerToken),
    row("first token, median", "ms", (round) => median(round.firstTokenMs)),
    row("first token, p95", "ms", (round) => quantile(round.firstTokenMs, 0.95)),
  ];
}
