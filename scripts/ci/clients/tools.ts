import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cache, goProgram, need } from "../go-program.ts";
import { run } from "../run.ts";

const GRPCURL = "v1.9.3";
const HEALTH_PROBE = "v0.4.62";
/** The protos are compiled by the same release of grpcio that runs them; the rest is what both need. */
const PYTHON_PACKAGES = [
  "grpcio==1.85.1",
  "grpcio-tools==1.85.1",
  "protobuf==7.36.2",
  "setuptools==84.2.1",
  "typing_extensions==4.16.0",
];

export function grpcurl(): string {
  return goProgram("github.com/fullstorydev/grpcurl/cmd/grpcurl", GRPCURL);
}

export function healthProbe(): string {
  return goProgram("github.com/grpc-ecosystem/grpc-health-probe", HEALTH_PROBE);
}

/** The path of a Python with grpcio and its compiler, in an environment of its own. */
export function python(): string {
  const folder = join(cache, `python-${PYTHON_PACKAGES.join("-").replaceAll("==", "-")}`);
  const binary = join(folder, "bin", "python");
  const done = join(folder, "done");
  if (!existsSync(done)) {
    need("python3");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(cache, { recursive: true });
    run("python3", ["-m", "venv", folder]);
    const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    run(binary, [...install, "--no-deps", ...PYTHON_PACKAGES]);
    mkdirSync(done);
  }
  return binary;
}
