import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine } from "./engine.ts";
import { createEngineServer } from "./server.ts";

const { PROSA_ENGINE_MODELS, PROSA_ENGINE_PORT, PROSA_ENGINE_REGISTRY, PROSA_ENGINE_SECRET } =
  process.env;

const engine = createEngine({
  folder: PROSA_ENGINE_MODELS ?? join(tmpdir(), "prosa-engine-models"),
  registry: PROSA_ENGINE_REGISTRY ?? "https://registry.ollama.ai",
});
const server = createEngineServer(engine, PROSA_ENGINE_SECRET);

server.on("error", (error) => {
  console.error(error.message);
  process.exit(1);
});
server.listen(Number(PROSA_ENGINE_PORT ?? 0), "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  process.stdout.write(`${JSON.stringify({ ready: true, port })}\n`);
});

// The parent holds the other end of stdin: its end is the parent's end.
process.stdin.resume().on("close", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));
// Ctrl-C in a terminal goes to all its processes; the parent decides when the engine leaves.
process.on("SIGINT", () => {});
