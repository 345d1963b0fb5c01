import { rmSync } from "node:fs";
import { startChild } from "./child.ts";
import { startFake } from "./fake.ts";
import { makeFolder, startProsa } from "./prosa.ts";
import { startRelay } from "./relay.ts";
import type { Row } from "./row.ts";
import { median } from "./statistics.ts";

const times = 5;

/** From the start of the process to the first answered call. */
export async function measureStart(): Promise<Row[]> {
  await using fake = await startFake();
  const cold: number[] = [];
  const warm: number[] = [];
  const relay: number[] = [];
  const node: number[] = [];
  for (let time = 0; time < times; time++) {
    node.push(await timeNode());
    relay.push(await timed(startRelay(fake.url)));
    const [dataFolder, compileCache] = [makeFolder(), makeFolder()];
    const options = { ollamaUrl: fake.url, dataFolder, compileCache };
    cold.push(await timed(startProsa(options)));
    warm.push(await timed(startProsa(options)));
    for (const folder of [dataFolder, compileCache]) rmSync(folder, { recursive: true });
  }
  const row = (what: string, values: number[], baselineName: string, baseline: number[]) => ({
    what: `start to the first answer: ${what}`,
    value: median(values),
    unit: "ms",
    baselineName,
    baseline: median(baseline),
  });
  return [
    {
      ...row("warm", warm, "bare relay", relay),
      goal: { of: "value", is: "at most", limit: 1_500 },
    },
    row("warm", warm, "node that does nothing", node),
    row("cold, empty data folder and compile cache", cold, "bare relay", relay),
  ];
}

async function timed(start: Promise<{ startMs: number } & AsyncDisposable>): Promise<number> {
  await using started = await start;
  return started.startMs;
}

async function timeNode(): Promise<number> {
  const since = performance.now();
  const child = startChild(["-e", ""]);
  await child.ended;
  return performance.now() - since;
}
