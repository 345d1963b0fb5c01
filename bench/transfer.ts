import { join } from "node:path";
import { rmSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { startFake } from "./fake.ts";
import { makeFolder, registerUsers, startProsa, type Prosa } from "./prosa.ts";
import type { Row } from "./row.ts";
import { runCommand } from "./transfer-command.ts";
import {
  type Carrier,
  copyLines,
  digest,
  makeCarrier,
  makeExport,
  readBytes,
  receiveExport,
  sendImport,
  writeFile,
} from "./transfer-file.ts";
import { residentBytes } from "./usage.ts";

const chats = 2_000;
const messagesEach = 25;
const largeImportBytes = 1024 ** 3;
const largestRecordBytes = 32 * 1024 ** 2;
const settleMs = 5_000;
const megabyte = 1_000_000;

interface Run {
  readonly megabytesPerSecond: number;
  readonly peakMegabytes: number;
}

/** 2,000 chats with 50,000 messages out and in again to the byte, and an import of 1 GiB. */
export async function measureTransfer(): Promise<Row[]> {
  const folder = makeFolder();
  const path = (name: string) => join(folder, name);
  try {
    await using fake = await startFake();
    await using first = await startProsa({ ollamaUrl: fake.url });
    const owner = await carrierOf(first);
    await writeFile(path("made"), makeExport(chats, messagesEach));
    expectCounts(await sendImport(owner, readBytes(path("made"))), chats, 0);
    await writeFile(path("exported"), receiveExport(owner));

    await using second = await startProsa({ ollamaUrl: fake.url });
    const other = await carrierOf(second);
    await sleep(settleMs);
    const idle = residentBytes(second.child.pid) / megabyte;
    const baseline = await watch(process.pid, () => copyLines(path("exported"), path("copied")));
    const imported = await watch(second.child.pid, async () => {
      expectCounts(await sendImport(other, readBytes(path("exported"))), chats, 0);
      return statSync(path("exported")).size;
    });
    const exported = await watch(second.child.pid, () =>
      writeFile(path("again"), receiveExport(other)),
    );
    await expectEqual(path("exported"), path("again"));
    expectCounts(await sendImport(other, readBytes(path("again"))), 0, chats);
    await writeFile(path("third"), receiveExport(other));
    await expectEqual(path("exported"), path("third"));
    const large = await watch(second.child.pid, async () => {
      const { createdChats } = await sendImport(other, largeFile(path("exported")));
      if (createdChats !== 0) throw new Error("the large import made chats");
      return largeImportBytes;
    });
    return [
      ...rowsOf({ idle, baseline, imported, exported, large }),
      ...(await measureCommand(second, path("exported"), path("by-command"))),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same by `prosa import` and `prosa export`: what the command itself needs for it. */
async function measureCommand(prosa: Prosa, from: string, to: string): Promise<Row[]> {
  const [user] = await registerUsers(prosa.url, 1);
  const owner = { url: prosa.url, token: user?.token ?? "" };
  const idle = await runCommand(owner, { args: ["export", to] });
  const imported = await runCommand(owner, { args: ["import", from] });
  const exported = await runCommand(owner, { args: ["export", to] });
  await expectEqual(from, to);
  const args = ["import", "-", "--format", "prosa"];
  const large = await runCommand(owner, { args, input: largeFile(from), exitCode: 1 });
  const row = (what: string, peak: number): Row => ({
    what: `transfer: peak memory of the command, ${what}`,
    value: peak / megabyte,
    unit: "MB",
    baselineName: "export of nothing",
    baseline: idle / megabyte,
    goal: { of: "value", is: "at most", limit: 250 },
  });
  return [row("export", exported), row("import", imported), row("import of 1 GiB", large)];
}

async function carrierOf(prosa: Prosa): Promise<Carrier> {
  const [user] = await registerUsers(prosa.url, 1);
  return makeCarrier(prosa.url, user?.token ?? "");
}

/** Does something, which returns its bytes, and watches the memory of a process meanwhile. */
async function watch(pid: number, task: () => Promise<number>): Promise<Run> {
  let peak = 0;
  const look = () => (peak = Math.max(peak, residentBytes(pid)));
  const timer = setInterval(look, 10);
  const since = performance.now();
  try {
    const bytes = await task();
    const seconds = (performance.now() - since) / 1000;
    look();
    return { megabytesPerSecond: bytes / megabyte / seconds, peakMegabytes: peak / megabyte };
  } finally {
    clearInterval(timer);
  }
}

/**
 * 1 GiB of all that a file may be: chats that are there already, records that are as large as is
 * taken or larger, and lines that are no records.
 */
async function* largeFile(path: string): AsyncGenerator<Uint8Array> {
  const piece = Buffer.alloc(262_144, "x");
  let left = largeImportBytes;
  const take = (bytes: Uint8Array) => {
    const taken = bytes.subarray(0, left);
    left -= taken.length;
    return taken;
  };
  while (left > 0) {
    for await (const bytes of readBytes(path)) yield take(bytes);
    for (const size of [largestRecordBytes - 1024, 2 * largestRecordBytes]) {
      yield take(Buffer.from('{"chat":{"title":"Large","systemPrompt":"'));
      for (let sent = 0; sent < size - piece.length; sent += piece.length) yield take(piece);
      yield take(Buffer.from('"}}\n'));
    }
    yield take(Buffer.from("nonsense\n".repeat(10_000)));
  }
}

function expectCounts(
  summary: { createdChats: number; skippedChats: number; failedRecords: number },
  created: number,
  skipped: number,
) {
  const { createdChats, skippedChats, failedRecords } = summary;
  if (createdChats === created && skippedChats === skipped && failedRecords === 0) return;
  throw new Error(`created ${createdChats}, skipped ${skippedChats}, failed ${failedRecords}`);
}

async function expectEqual(one: string, other: string): Promise<void> {
  if ((await digest(one)) !== (await digest(other))) throw new Error("the exports differ");
}

function rowsOf(runs: {
  idle: number;
  baseline: Run;
  imported: Run;
  exported: Run;
  large: Run;
}): Row[] {
  const { idle, baseline, imported, exported, large } = runs;
  const speed = (what: string, run: Run): Row => ({
    what: `transfer: ${what}`,
    value: run.megabytesPerSecond,
    unit: "MB/s",
    baselineName: "parse and write each line",
    baseline: baseline.megabytesPerSecond,
  });
  const memory = (what: string, run: Run, limit: number): Row => ({
    what: `transfer: peak memory of the server, ${what}`,
    value: run.peakMegabytes,
    unit: "MB",
    baselineName: "idle",
    baseline: idle,
    goal: { of: "value", is: "at most", limit },
  });
  return [
    speed("export of 50,000 messages", exported),
    speed("import of 50,000 messages", imported),
    speed("import of 1 GiB that brings nothing new", large),
    memory("export", exported, 250),
    memory("import", imported, 250),
    memory("import of 1 GiB", large, 500),
  ];
}
