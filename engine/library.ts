import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { builtinModel } from "./builtin-model.ts";
import { Failure } from "./failure.ts";
import { type GgufMetadata, readGgufMetadata } from "./gguf.ts";
import { blobsOf, findLayer, type Layer, type Manifest, parseManifest } from "./manifest.ts";
import { formatModelName, type ModelName, parseModelName } from "./model-name.ts";

export type Details = {
  parent_model: string;
  format: string;
  family: string;
  families: string[];
  parameter_size: string;
  quantization_level: string;
};

export type InstalledModel = {
  name: string;
  /** The GGUF file. */
  path: string;
  /** Hexadecimal sha256 of the manifest: changes whenever anything of the model does. */
  digest: string;
  size: number;
  modifyTime: Date;
  details: Details;
  parameters: Record<string, unknown>;
  system: string;
  template: string;
  license: string;
  builtin: boolean;
};

export type Library = ReturnType<typeof createLibrary>;

const MAX_TEXT_LAYER = 4 * 1024 ** 2;

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR" || error.code === "EISDIR")
      return undefined;
    throw error;
  });
}

function parseDetails(config: string): Details {
  const value = JSON.parse(config || "{}") as Record<string, unknown>;
  const family = String(value.model_family ?? "");
  return {
    parent_model: "",
    format: String(value.model_format ?? "gguf"),
    family,
    families: Array.isArray(value.model_families) ? value.model_families.map(String) : [family],
    parameter_size: String(value.model_type ?? ""),
    quantization_level: String(value.file_type ?? ""),
  };
}

/** The models on disk: the built-in one, and pulled ones as manifests and blobs in `folder`. */
export function createLibrary(folder: string) {
  const manifests = join(folder, "manifests");
  const blobs = join(folder, "blobs");

  const metadataOf = new Map<string, GgufMetadata>();

  const blobPath = (digest: string) => join(blobs, digest.replace(":", "-"));

  // A colon is no letter of a file name everywhere.
  const manifestPath = ({ host, namespace, model, tag }: ModelName) =>
    join(manifests, host.replace(":", "%3A"), namespace, model, tag);

  async function readLayer(layer: Layer | undefined): Promise<string> {
    if (!layer || layer.size > MAX_TEXT_LAYER) return "";
    return (await readIfThere(blobPath(layer.digest))) ?? "";
  }

  async function describe(name: ModelName, text: string): Promise<InstalledModel> {
    const manifest = parseManifest(text);
    const weights = findLayer(manifest, "model");
    if (!weights) throw new Failure(500, `model '${formatModelName(name)}' has no weights`);
    return {
      name: formatModelName(name),
      path: blobPath(weights.digest),
      digest: createHash("sha256").update(text).digest("hex"),
      size: blobsOf(manifest).reduce((sum, layer) => sum + layer.size, 0),
      modifyTime: (await stat(manifestPath(name))).mtime,
      details: parseDetails(await readLayer(manifest.config)),
      parameters: JSON.parse((await readLayer(findLayer(manifest, "params"))) || "{}"),
      system: await readLayer(findLayer(manifest, "system")),
      template: await readLayer(findLayer(manifest, "template")),
      license: await readLayer(findLayer(manifest, "license")),
      builtin: false,
    };
  }

  async function names(): Promise<ModelName[]> {
    const files = await readdir(manifests, { recursive: true }).catch(() => []);
    const paths = files.map((file) => file.split(/[\\/]/)).filter((parts) => parts.length === 4);
    return paths.map(([host = "", namespace = "", model = "", tag = ""]) => {
      return { host: host.replace("%3A", ":"), namespace, model, tag };
    });
  }

  async function find(name: ModelName): Promise<InstalledModel | undefined> {
    const builtin = await builtinModel();
    if (formatModelName(name) === builtin.name) return builtin;
    const text = await readIfThere(manifestPath(name));
    return text === undefined ? undefined : describe(name, text);
  }

  /** The installed model of that name; throws a 404 in Ollama's words. */
  async function get(name: unknown): Promise<InstalledModel> {
    const model = await find(parseModelName(name));
    if (!model) throw new Failure(404, `model '${String(name)}' not found`);
    return model;
  }

  /** All models, the latest installed first. */
  async function list(): Promise<InstalledModel[]> {
    const models = [await builtinModel()];
    for (const name of await names()) {
      const model = await find(name).catch((error: unknown) => console.error(error));
      if (model && !model.builtin) models.push(model);
    }
    return models.toSorted((a, b) => b.modifyTime.getTime() - a.modifyTime.getTime());
  }

  async function removeUnused(candidates: Layer[]): Promise<void> {
    const used = new Set<string>();
    for (const name of await names()) {
      const text = await readIfThere(manifestPath(name));
      if (text !== undefined)
        for (const { digest } of blobsOf(parseManifest(text))) used.add(digest);
    }
    for (const { digest } of candidates) {
      if (!used.has(digest)) await rm(blobPath(digest), { force: true });
    }
  }

  /** Writes the manifest last and at once, so that a model is installed whole or not at all. */
  async function install(name: ModelName, text: string): Promise<void> {
    const path = manifestPath(name);
    const before = await readIfThere(path);
    for (const { digest, size } of blobsOf(parseManifest(text))) {
      const found = await stat(blobPath(digest)).catch(() => undefined);
      if (found?.size !== size) throw new Failure(500, `layer ${digest} went missing, pull again`);
    }
    await mkdir(dirname(path), { recursive: true });
    const draft = join(folder, `.manifest-${randomUUID()}`);
    await writeFile(draft, text, { flush: true });
    await rename(draft, path);
    if (before !== undefined && before !== text) await removeUnused(blobsOf(parseManifest(before)));
  }

  async function remove(name: unknown): Promise<InstalledModel> {
    const model = await get(name);
    if (model.builtin)
      throw new Failure(400, `model '${model.name}' is built in and cannot be deleted`);
    const path = manifestPath(parseModelName(name));
    const manifest: Manifest = parseManifest(await readFile(path, "utf8"));
    await rm(path);
    await removeUnused(blobsOf(manifest));
    return model;
  }

  /** What the model file says of itself, read once. */
  function metadata(model: InstalledModel): GgufMetadata {
    const known = metadataOf.get(model.digest) ?? readGgufMetadata(model.path);
    metadataOf.set(model.digest, known);
    return known;
  }

  return { folder, blobPath, metadata, get, list, install, remove };
}
