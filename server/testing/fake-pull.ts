import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const layerBytes = 1_000_000;
const digest = `sha256:${"ab12".repeat(16)}`;

/**
 * Plays `POST /api/pull` and tells whether the model is there afterwards.
 * `missing:*` has no manifest, `offline:*` no network, `cut:*` breaks off in
 * the middle and `slow:*` takes two seconds.
 */
export async function playPull(
  response: ServerResponse,
  name: string,
  left: AbortSignal,
): Promise<boolean> {
  const send = (line: object) => response.write(`${JSON.stringify(line)}\n`);
  response.setHeader("content-type", "application/x-ndjson");
  send({ status: "pulling manifest" });
  const refusal = refusalOf(name);
  if (refusal !== undefined) {
    response.end(`${JSON.stringify({ error: refusal })}\n`);
    return false;
  }
  const layer = { status: `pulling ${digest.slice(7, 19)}`, digest, total: layerBytes };
  send(layer);
  const steps = 20;
  for (let step = 1; step <= steps && !left.aborted; step++) {
    await sleep(name.startsWith("slow:") ? 100 : 1);
    if (name.startsWith("cut:") && step > steps / 2) {
      response.end(`${JSON.stringify({ error: "max retries exceeded: unexpected EOF" })}\n`);
      return false;
    }
    send({ ...layer, completed: (layerBytes * step) / steps });
  }
  if (left.aborted) return false;
  for (const status of ["verifying sha256 digest", "writing manifest", "success"]) send({ status });
  response.end();
  return true;
}

function refusalOf(name: string): string | undefined {
  const [model, tag = "latest"] = name.split(":");
  if (model === "missing") return "pull model manifest: file does not exist";
  if (model !== "offline") return undefined;
  const address = `https://registry.ollama.ai/v2/library/${model}/manifests/${tag}`;
  return `pull model manifest: Get "${address}": dial tcp: lookup registry.ollama.ai: no such host`;
}
