import { existsSync, mkdirSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { run } from "../run.ts";

const GRPCURL = "v1.9.3";
const HEALTH_PROBE = "v0.4.62";
/** The protos are compiled by the same release that runs them. */
const GRPCIO = "1.85.1";

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "prosa-ci");

/** The path of a Go program, installed on the first call and kept in the user's cache folder. */
function goProgram(name: string, version: string, module: string): string {
  const folder = join(cache, `${name}-${version}`);
  const binary = join(folder, name);
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    run("go", ["install", `${module}@${version}`], { cwd: folder, env: { GOBIN: folder } });
  }
  return binary;
}

export function grpcurl(): string {
  return goProgram("grpcurl", GRPCURL, "github.com/fullstorydev/grpcurl/cmd/grpcurl");
}

export function healthProbe(): string {
  const module = "github.com/grpc-ecosystem/grpc-health-probe";
  return goProgram("grpc-health-probe", HEALTH_PROBE, module);
}

/** The path of a Python with grpcio and its compiler, in an environment of its own. */
export function python(): string {
  const folder = join(cache, `grpcio-${GRPCIO}`);
  const binary = join(folder, "bin", "python");
  const done = join(folder, "done");
  if (!existsSync(done)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(cache, { recursive: true });
    run("python3", ["-m", "venv", folder]);
    const packages = [`grpcio==${GRPCIO}`, `grpcio-tools==${GRPCIO}`];
    run(binary, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...packages]);
    mkdirSync(done);
  }
  return binary;
}
