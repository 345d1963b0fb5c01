import { Failure } from "./failure.ts";

export type Layer = { mediaType: string; digest: string; size: number };
export type Manifest = { config: Layer; layers: Layer[] };

export const MAX_MANIFEST_BYTES = 4 * 1024 ** 2;
const MAX_LAYERS = 100;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

function readLayer(value: unknown): Layer {
  const { mediaType, digest, size } = (value ?? {}) as Record<string, unknown>;
  if (typeof digest !== "string" || !DIGEST.test(digest)) {
    throw new Failure(500, "the manifest holds a layer without a sound sha256 digest");
  }
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
    throw new Failure(500, "the manifest holds a layer without a sound size");
  }
  return { mediaType: String(mediaType), digest, size };
}

/** Reads a schema 2 manifest; what it lets through is safe to use in paths. */
export function parseManifest(text: string): Manifest {
  let value: Record<string, unknown>;
  try {
    value = (JSON.parse(text) ?? {}) as Record<string, unknown>;
  } catch (cause) {
    throw new Failure(500, "the manifest is not valid JSON", { cause });
  }
  const { schemaVersion, config, layers } = value;
  if (schemaVersion !== 2 || !Array.isArray(layers) || layers.length > MAX_LAYERS) {
    throw new Failure(500, "the manifest is not of schema version 2");
  }
  return { config: readLayer(config), layers: layers.map(readLayer) };
}

/** The one layer of a kind: "model", "template", "system", "params", "license" and so on. */
export function findLayer(manifest: Manifest, kind: string): Layer | undefined {
  return manifest.layers.find(
    (layer) => layer.mediaType === `application/vnd.ollama.image.${kind}`,
  );
}

/** Every blob that a manifest needs, each once. */
export function blobsOf(manifest: Manifest): Layer[] {
  const all = [...manifest.layers, manifest.config];
  return [...new Map(all.map((layer) => [layer.digest, layer])).values()];
}
