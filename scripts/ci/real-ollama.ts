// Holds Prosa against a real Ollama and the engine's pull against a real registry.
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { realOllama, realRegistry } from "./build-ollama.ts";
import { run } from "./run.ts";
import { freePort, startService } from "./service.ts";

const LOG_TAIL = 8000;
const root = new URL("../../", import.meta.url).pathname;

// One thread: more of them wait for each other on a busy machine, and so small a model gains nothing.
const MODELFILE = `FROM ./prosa-tiny.gguf
TEMPLATE """{{- range .Messages }}<|start_header_id|>{{ .Role }}<|end_header_id|>

{{ .Content }}<|eot_id|>{{ end }}<|start_header_id|>assistant<|end_header_id|>

"""
PARAMETER stop <|eot_id|>
PARAMETER temperature 0
PARAMETER repeat_penalty 1
PARAMETER num_ctx 2048
PARAMETER num_thread 1
`;

async function startOllama(work: string) {
  const command = realOllama();
  const address = `127.0.0.1:${await freePort()}`;
  const env = {
    OLLAMA_HOST: address,
    OLLAMA_MODELS: join(work, "models"),
    OLLAMA_NO_CLOUD: "1",
    HOME: work,
  };
  const url = `http://${address}/api/version`;
  const service = await startService({
    command,
    args: ["serve"],
    env,
    url,
    log: join(work, "ollama.log"),
  });
  copyFileSync(join(root, "engine/models/prosa-tiny.gguf"), join(work, "prosa-tiny.gguf"));
  writeFileSync(join(work, "Modelfile"), MODELFILE);
  const ollama = (...args: string[]) => run(command, args, { cwd: work, env });
  ollama("create", "prosa-tiny", "-f", "Modelfile");
  return { ...service, host: `http://${address}`, ollama };
}

async function startRegistry(work: string) {
  const address = `127.0.0.1:${await freePort()}`;
  const storage = join(work, "registry");
  mkdirSync(storage);
  const settings = join(work, "registry.yml");
  writeFileSync(
    settings,
    `version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: ${storage}\nhttp:\n  addr: ${address}\n`,
  );
  const args = ["serve", settings];
  const url = `http://${address}/v2/`;
  const log = join(work, "registry.log");
  const service = await startService({ command: realRegistry(), args, env: {}, url, log });
  return { ...service, address };
}

async function main(): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), "prosa-real-ollama-"));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(work, { recursive: true, force: true }));

  const ollama = await startOllama(work);
  stack.defer(ollama.stop);
  const registry = await startRegistry(work);
  stack.defer(registry.stop);
  const pushed = `${registry.address}/prosa/prosa-tiny:latest`;
  ollama.ollama("cp", "prosa-tiny", pushed);
  ollama.ollama("push", "--insecure", pushed);
  ollama.ollama("rm", pushed);

  const env = { OLLAMA_HOST: ollama.host, PROSA_CI_REGISTRY: registry.address };
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const node = process.execPath;
  try {
    run(node, [vitest, "run", "--config", "scripts/ci/vitest.config.ts"], { cwd: root, env });
    // The API journey of Prosa's own tests, this time with the real Ollama behind it.
    run(node, [vitest, "run", "e2e/api-journey.e2e.ts"], { cwd: root, env });
  } catch (error) {
    console.error(readFileSync(join(work, "ollama.log"), "utf8").slice(-LOG_TAIL));
    throw error;
  }
}

await main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
