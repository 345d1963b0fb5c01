import { Failure } from "./failure.ts";

/** The four parts of a model's full name; without a host it is of the default registry. */
export type ModelName = { host: string; namespace: string; model: string; tag: string };

export const DEFAULT_HOST = "registry.ollama.ai";
const DEFAULT_NAMESPACE = "library";
const DEFAULT_TAG = "latest";

// No part may start with a dot, so none can be "..", and none holds a slash.
const PART = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const HOST = /^[A-Za-z0-9][A-Za-z0-9.-]{0,252}(:\d{1,5})?$/;

/** Reads `model`, `model:tag`, `namespace/model:tag` or `host[:port]/namespace/model:tag`. */
export function parseModelName(text: unknown): ModelName {
  if (typeof text !== "string" || text === "") throw new Failure(400, "model is required");
  const invalid = new Failure(400, `invalid model name ${JSON.stringify(text.slice(0, 200))}`);
  const parts = text.replace(/^https?:\/\//, "").split("/");
  if (parts.length > 3) throw invalid;
  const [model = "", tag = DEFAULT_TAG, ...rest] = parts.pop()?.split(":") ?? [];
  const namespace = parts.pop() ?? DEFAULT_NAMESPACE;
  const host = parts.pop() ?? DEFAULT_HOST;
  const sound = [namespace, model, tag].every((part) => PART.test(part));
  if (!sound || !HOST.test(host) || rest.length > 0) throw invalid;
  return { host, namespace, model, tag };
}

/** The shortest text that `parseModelName` reads as the same name. */
export function formatModelName({ host, namespace, model, tag }: ModelName): string {
  const short = `${model}:${tag}`;
  if (host !== DEFAULT_HOST) return `${host}/${namespace}/${short}`;
  return namespace === DEFAULT_NAMESPACE ? short : `${namespace}/${short}`;
}
