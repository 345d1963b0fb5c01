import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startBare, type Bare } from "./bare.ts";
import { recordMessages } from "./record.ts";
import { readRecorded, type Recorded } from "./recorded.ts";
import type { Row } from "./row.ts";
import { median } from "./statistics.ts";
import { countBytes } from "./wire-bytes.ts";
import { protocols, type Protocol } from "./wire-protocols.ts";

/** Calls that are made for the bytes, and of each round for the time. */
const countedCalls = 20;
const rounds = 9;
const roundMs = 250;
const plain = "plain JSON over fetch";

/** Five real messages over each protocol: bytes on the wire, and time, of one call. */
export async function measureWire(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "prosa-bench-wire-"));
  try {
    const text = await recordMessages();
    const file = join(folder, "recorded.json");
    writeFileSync(file, text);
    await using bare = await startBare(file);
    const rows: Row[] = [];
    for (const entry of readRecorded(text)) rows.push(...(await measureOne(bare, entry)));
    return rows;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measureOne(bare: Bare, entry: Recorded): Promise<Row[]> {
  const bytes = new Map<string, number>();
  for (const protocol of protocols) bytes.set(protocol.name, await bytesOf(protocol, bare, entry));
  const times = await timesOf(bare, entry);
  const row = (what: string, name: string, unit: string, of: ReadonlyMap<string, number>): Row => ({
    what: `${entry.method.name}, ${name}: ${what}`,
    value: of.get(name)!,
    unit,
    baselineName: plain,
    baseline: of.get(plain)!,
  });
  return protocols.flatMap(({ name }) => [
    row("on the wire", name, "B", bytes),
    row("one call", name, "µs", times),
  ]);
}

/** Both directions, headers and all, of one call on a connection that is open already. */
async function bytesOf(protocol: Protocol, bare: Bare, entry: Recorded): Promise<number> {
  await using counter = await countBytes(protocol.urlOf(bare));
  await using client = protocol.connect(counter.url, entry);
  await client.call();
  const before = counter.bytes();
  for (let call = 0; call < countedCalls; call++) await client.call();
  return (counter.bytes() - before) / countedCalls;
}

/** Microseconds of a call, one after another, the protocols in turn. */
async function timesOf(bare: Bare, entry: Recorded): Promise<Map<string, number>> {
  await using stack = new AsyncDisposableStack();
  const clients = protocols.map((protocol) => ({
    name: protocol.name,
    client: stack.use(protocol.connect(protocol.urlOf(bare), entry)),
    times: [] as number[],
  }));
  for (let round = -2; round < rounds; round++) {
    for (const { client, times } of round % 2 === 0 ? clients : clients.toReversed()) {
      const started = performance.now();
      let calls = 0;
      for (; performance.now() - started < roundMs; calls++) await client.call();
      if (round >= 0) times.push(((performance.now() - started) / calls) * 1000);
    }
  }
  return new Map(clients.map(({ name, times }) => [name, median(times)]));
}
