import { mkdir, stat, statfs } from "node:fs/promises";
import { downloadBlob, type Patience } from "./download.ts";
import { Failure, words } from "./failure.ts";
import type { Library } from "./library.ts";
import { createLock, type Lock } from "./lock.ts";
import {
  blobsOf,
  findLayer,
  type Layer,
  MAX_MANIFEST_BYTES,
  type Manifest,
  parseManifest,
} from "./manifest.ts";
import { DEFAULT_HOST, type ModelName } from "./model-name.ts";
import { createRegistryClient, isLoopback, type RegistryClient } from "./registry-client.ts";
import { createStallGuard } from "./stall-guard.ts";

const MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json";
const PROGRESS_INTERVAL_MS = 100;

export type PullDeps = { library: Library; registry: string; patience: Patience };

type Pull = {
  name: ModelName;
  /** Allows a registry without encryption that is not on this machine. */
  insecure: boolean;
  signal: AbortSignal;
  emit(line: object): Promise<void>;
};

// Two pulls may share a layer: the second waits for the first and then finds it there.
const locks = new Map<string, Lock>();

function lockOf(digest: string): Lock {
  const lock = locks.get(digest) ?? createLock();
  locks.set(digest, lock);
  return lock;
}

function registryOf(name: ModelName, insecure: boolean, fallback: string): string {
  if (name.host === DEFAULT_HOST) return fallback;
  const plain = insecure || isLoopback(name.host.replace(/:\d+$/, ""));
  return `${plain ? "http" : "https"}://${name.host}`;
}

async function fetchManifest(
  client: RegistryClient,
  path: string,
  stallMs: number,
  signal: AbortSignal,
) {
  using guard = createStallGuard(stallMs, signal);
  try {
    const response = await client.get(path, { accept: MANIFEST_TYPE }, guard.signal);
    if (response.status === 404) throw new Failure(500, "file does not exist");
    if (!response.ok) throw new Failure(500, `${client.host} answered ${response.status}`);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      size += chunk.length;
      if (size > MAX_MANIFEST_BYTES) throw new Failure(500, "the manifest is too large");
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
  } catch (error) {
    throw new Failure(500, `pull model manifest: ${words(error)}`, { cause: error });
  }
}

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;

async function checkSpace(library: Library, layers: Layer[]): Promise<void> {
  await mkdir(library.folder, { recursive: true });
  let needed = 0;
  for (const { digest, size } of layers) {
    const paths = [library.blobPath(digest), `${library.blobPath(digest)}-partial`];
    const found = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
    needed += Math.max(0, size - Math.max(...found.map((file) => file?.size ?? 0)));
  }
  const { bavail, bsize } = await statfs(library.folder);
  if (needed <= bavail * bsize) return;
  const free = gigabytes(bavail * bsize);
  throw new Failure(
    500,
    `not enough disk space: ${gigabytes(needed)} are needed and ${free} are free`,
  );
}

/** Tells how far a layer is: at its start and end, and in between not more often than anyone can see. */
function createProgress(layer: Layer, emit: Pull["emit"]) {
  const { digest, size: total } = layer;
  const status = `pulling ${digest.slice("sha256:".length, "sha256:".length + 12)}`;
  let last = 0;
  return async (completed: number) => {
    const now = Date.now();
    if (completed > 0 && completed < total && now - last < PROGRESS_INTERVAL_MS) return;
    if (completed > 0) last = now;
    await emit({ status, digest, total, ...(completed > 0 && { completed }) });
  };
}

async function fetchLayer(
  deps: PullDeps,
  pull: Pull,
  client: RegistryClient,
  repository: string,
  layer: Layer,
) {
  const onProgress = createProgress(layer, pull.emit);
  await onProgress(0);
  const release = await lockOf(layer.digest).acquire(pull.signal);
  try {
    await downloadBlob({
      client,
      source: `${repository}/blobs/${layer.digest}`,
      layer,
      target: deps.library.blobPath(layer.digest),
      patience: deps.patience,
      signal: pull.signal,
      onProgress,
    });
  } finally {
    release();
  }
}

function refuseUnusable(manifest: Manifest): void {
  if (!findLayer(manifest, "model"))
    throw new Failure(500, "this model has no weights for llama.cpp");
  if (findLayer(manifest, "adapter"))
    throw new Failure(500, "models with an adapter are not supported");
}

/** Installs a model from its registry, telling each step in Ollama's lines except the last, `success`. */
export async function pullModelFiles(deps: PullDeps, pull: Pull): Promise<void> {
  const { namespace, model, tag } = pull.name;
  const client = createRegistryClient(
    registryOf(pull.name, pull.insecure, deps.registry),
    pull.insecure,
  );
  const repository = `/v2/${namespace}/${model}`;
  await pull.emit({ status: "pulling manifest" });
  const path = `${repository}/manifests/${tag}`;
  const text = await fetchManifest(client, path, deps.patience.stallMs, pull.signal);
  const manifest = parseManifest(text);
  refuseUnusable(manifest);
  const layers = blobsOf(manifest);
  await checkSpace(deps.library, layers);
  for (const layer of layers) await fetchLayer(deps, pull, client, repository, layer);
  await pull.emit({ status: "verifying sha256 digest" });
  await pull.emit({ status: "writing manifest" });
  await pull.emit({ status: "removing unused layers" });
  await deps.library.install(pull.name, text);
}
