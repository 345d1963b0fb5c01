import { alternate, runRound, type Round } from "./load.ts";
import type { Row } from "./row.ts";
import { startSetting } from "./setting.ts";
import { median, quantile } from "./statistics.ts";

const load = { streams: 50, tokens: 400, delayMs: 0 };
const warmUps = 6;
const times = 9;

/** 50 streams of 400 tokens that the model has at once. */
export async function measureUnpaced(): Promise<Row[]> {
  await using setting = await startSetting(load.streams);
  for (let time = 0; time < warmUps; time++) {
    for (const target of setting.targets) await runRound(target, load);
  }
  const [prosa, relay] = await alternate(setting.targets, load, times);
  const row = (what: string, unit: string, of: (round: Round) => number) => ({
    what: `50 streams, N 400, D 0: ${what}`,
    value: median(prosa.map(of)),
    unit,
    baselineName: "bare relay",
    baseline: median(relay.map(of)),
  });
  return [
    {
      ...row("throughput", "tokens/s", (round) => round.tokensPerSecond),
      goal: { of: "ratio", is: "at least", limit: 0.8 },
    },
    row("CPU of the server", "µs/token", (round) => round.cpuPerToken),
    row("CPU with PostgreSQL", "µs/token", (round) => round.cpuPerToken + round.otherCpuPerToken),
    row("first token, median", "ms", (round) => median(round.firstTokenMs)),
    row("first token, p95", "ms", (round) => quantile(round.firstTokenMs, 0.95)),
  ];
}
