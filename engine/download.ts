import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure, words } from "./failure.ts";
import type { Layer } from "./manifest.ts";
import { networkWords } from "./network-words.ts";
import type { RegistryClient } from "./registry-client.ts";
import { createStallGuard } from "./stall-guard.ts";

/** How long to wait for a byte, how often to try in a row without getting one, and the first pause. */
export type Patience = { stallMs: number; tries: number; pauseMs: number };

export type Download = {
  client: RegistryClient;
  /** Path of the blob in the registry. */
  source: string;
  layer: Layer;
  /** Where the whole file goes; what is not yet whole stands beside it. */
  target: string;
  patience: Patience;
  signal: AbortSignal;
  onProgress(completed: number): Promise<void>;
};

async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size;
}

function refusal(status: number, digest: string): Error {
  const text = `the registry answered ${status} for ${digest}`;
  const passing = status === 408 || status === 416 || status === 429 || status >= 500;
  return passing ? new Error(text) : new Failure(500, text);
}

/** Where the bytes of this answer begin: a store may ignore the range that was asked for. */
async function startOf(
  response: Response,
  have: number,
  partial: string,
  digest: string,
): Promise<number> {
  if (response.status === 200) return 0;
  const range = response.headers.get("content-range") ?? "";
  if (response.status === 206 && range.startsWith(`bytes ${have}-`)) return have;
  await response.body?.cancel();
  // A part that the store cannot go on from is worth nothing.
  if (response.status === 206 || response.status === 416) await rm(partial, { force: true });
  throw refusal(response.status === 206 ? 416 : response.status, digest);
}

async function* readAll(body: AsyncIterable<Uint8Array>, host: string, signal: AbortSignal) {
  try {
    yield* body;
  } catch (error) {
    signal.throwIfAborted();
    const text = `the download from ${host} broke off: ${networkWords(error)}`;
    throw new Error(text, { cause: error });
  }
}

async function fetchRest(download: Download, partial: string, have: number): Promise<void> {
  const { client, source, layer, patience } = download;
  using guard = createStallGuard(patience.stallMs, download.signal);
  const range: Record<string, string> = have > 0 ? { range: `bytes=${have}-` } : {};
  const response = await client.get(source, range, guard.signal);
  let completed = await startOf(response, have, partial, layer.digest);
  if (completed > 0) await download.onProgress(completed);
  if (!response.body) throw new Error(`the registry sent nothing for ${layer.digest}`);
  await using file = await open(partial, completed === 0 ? "w" : "a");
  for await (const chunk of readAll(response.body, client.host, guard.signal)) {
    guard.touch();
    completed += chunk.length;
    if (completed > layer.size) {
      await rm(partial, { force: true });
      throw new Failure(500, `the registry sent more for ${layer.digest} than it had announced`);
    }
    await file.writeFile(chunk);
    await download.onProgress(completed);
  }
  if (completed < layer.size) throw new Error(`the download from ${client.host} broke off`);
  await file.datasync();
}

async function fetchWhole(download: Download, partial: string): Promise<void> {
  const { layer, patience, signal } = download;
  let best = -1;
  let failures = 0;
  for (;;) {
    let have = (await sizeOf(partial)) ?? 0;
    if (have > layer.size) {
      await rm(partial);
      have = 0;
    }
    if (have === layer.size && have > 0) return;
    if (have > best) failures = 0;
    best = Math.max(best, have);
    try {
      return await fetchRest(download, partial, have);
    } catch (error) {
      signal.throwIfAborted();
      const full = (error as NodeJS.ErrnoException).code === "ENOSPC";
      if (full) throw new Failure(500, "the disk is full", { cause: error });
      if (error instanceof Failure) throw error;
      if (++failures >= patience.tries) throw new Failure(500, words(error), { cause: error });
      console.error(`${words(error)}; trying again`);
      await sleep(patience.pauseMs * 2 ** (failures - 1), undefined, { signal });
    }
  }
}

/** Fetches a blob unless it is there: goes on with a part left from before, and lets nothing through whose digest is wrong. */
export async function downloadBlob(download: Download): Promise<void> {
  const { layer, target } = download;
  if ((await sizeOf(target)) === layer.size) return download.onProgress(layer.size);
  await mkdir(dirname(target), { recursive: true });
  const partial = `${target}-partial`;
  await fetchWhole(download, partial);
  const hash = createHash("sha256");
  await pipeline(createReadStream(partial), hash, { signal: download.signal });
  const digest = `sha256:${hash.digest("hex")}`;
  if (digest !== layer.digest) {
    await rm(partial);
    throw new Failure(
      500,
      `digest mismatch: the registry promised ${layer.digest} and sent ${digest}`,
    );
  }
  await rename(partial, target);
}
