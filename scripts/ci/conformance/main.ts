// Runs Connect's official conformance suite against a service on Prosa's own listener, gate and
// interceptors.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { goProgram, moduleFolder } from "../go-program.ts";
import { run } from "../run.ts";

const SUITE = "v1.0.7";
/** The cases that the suite has for config.yaml; fewer would mean that something is not asked any more. */
const CASES = 5256;

const root = new URL("../../../", import.meta.url).pathname;
const here = import.meta.dirname;

/** The descriptors of the suite's own service, from the protos that its module brings. */
function schema(): string {
  const file = join(root, ".cache", `conformance-${SUITE}.binpb`);
  if (!existsSync(file)) {
    mkdirSync(join(root, ".cache"), { recursive: true });
    const protos = join(moduleFolder("connectrpc.com/conformance", SUITE), "proto");
    run(join(root, "node_modules/.bin/buf"), ["build", protos, "--output", file]);
  }
  return file;
}

function main(): void {
  const quick = ["--import", join(here, "quick-start.ts")];
  const env = { ...process.env, NODE_COMPILE_CACHE: join(root, ".cache/compile") };
  const server = [process.execPath, ...quick, join(here, "server.ts"), schema()];
  const args = ["--mode", "server", "--conf", join(here, "config.yaml"), "--max-servers", "1"];
  const { status, stdout, stderr } = spawnSync(
    goProgram("connectrpc.com/conformance/cmd/connectconformance", SUITE),
    [...args, ...process.argv.slice(2), "--", ...server],
    { cwd: root, encoding: "utf8", maxBuffer: 1024 ** 3, env },
  );
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  if (status !== 0) throw new Error(`The suite ended with code ${status}.`);
  const passed = Number(/(\d+) passed/.exec(stdout + stderr)?.[1] ?? 0);
  if (passed < CASES) throw new Error(`${passed} cases passed; there should be ${CASES}.`);
  console.log(`conformance: all ${passed} cases pass`);
}

try {
  main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
