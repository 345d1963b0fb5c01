import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { run, output } from "./run.ts";

const OLLAMA = "v0.17.4";
const MALGO = "v0.11.24";
const REGISTRY = "v3.0.0";

/** Where what this folder builds and installs is kept from one run to the next. */
export const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "prosa-ci");

/** The folder of a Go module, which is downloaded when it is not there. */
export function moduleFolder(name: string, version: string): string {
  const info = output("go", ["mod", "download", "-json", `${name}@${version}`], { cwd: cache });
  return (JSON.parse(info) as { Dir: string }).Dir;
}

/** Fails with words that say what is missing. */
export function need(command: string): void {
  try {
    output(command, [command === "go" ? "version" : "--version"]);
  } catch (cause) {
    throw new Error(`This step needs the command "${command}" and did not find it.`, { cause });
  }
}

/** Debian's header libraries: module archives leave out folders named `vendor`, where Ollama keeps its own. */
function installHeaders(): void {
  if (existsSync("/usr/include/nlohmann/json.hpp") && existsSync("/usr/include/stb/stb_image.h"))
    return;
  run("apt-get", ["update", "-qq"]);
  run("apt-get", ["install", "-y", "-qq", "nlohmann-json3-dev", "libstb-dev"]);
}

function build(target: string): void {
  for (const command of ["go", "cmake", "gcc"]) need(command);
  installHeaders();
  const work = `${target}.building`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  // The module cache is read-only, and so would be a plain copy of it.
  run("cp", [
    "-r",
    "--no-preserve=mode",
    `${moduleFolder("github.com/ollama/ollama", OLLAMA)}/.`,
    work,
  ]);
  const include = join(work, "prosa-include");
  mkdirSync(join(include, "miniaudio"), { recursive: true });
  const malgo = moduleFolder("github.com/gen2brain/malgo", MALGO);
  run("cp", ["--no-preserve=mode", join(malgo, "miniaudio.h"), join(include, "miniaudio")]);

  run("cmake", ["--preset", "CPU", "-B", "build"], { cwd: work });
  const targets = ["ggml-cpu-x64", "ggml-cpu-haswell", "ggml-cpu-icelake"];
  run("cmake", ["--build", "build", "--parallel", "2", "--target", ...targets], { cwd: work });
  const flags = `-O2 -I ${include}`;
  run("go", ["build", "-o", "ollama", "."], {
    cwd: work,
    env: { CGO_CFLAGS: flags, CGO_CXXFLAGS: flags },
  });

  rmSync(target, { recursive: true, force: true });
  const done = `${target}.done`;
  rmSync(done, { recursive: true, force: true });
  mkdirSync(join(done, "build", "lib"), { recursive: true });
  cpSync(join(work, "ollama"), join(done, "ollama"));
  cpSync(join(work, "build", "lib", "ollama"), join(done, "build", "lib", "ollama"), {
    recursive: true,
  });
  renameSync(done, target);
  rmSync(work, { recursive: true, force: true });
}

/** The path of a real Ollama, built from its Go module on the first call and kept in the user's cache folder. */
export function realOllama(): string {
  const target = join(cache, `ollama-${OLLAMA}`);
  if (!existsSync(join(target, "ollama"))) {
    mkdirSync(cache, { recursive: true });
    build(target);
  }
  if (readdirSync(join(target, "build", "lib", "ollama")).length === 0) {
    throw new Error(`${target} holds no CPU back end; delete it and run this again.`);
  }
  return join(target, "ollama");
}

/** The path of the reference implementation of the registry that model stores speak. */
export function realRegistry(): string {
  const folder = join(cache, `registry-${REGISTRY}`);
  const binary = join(folder, "registry");
  if (!existsSync(binary)) {
    need("go");
    mkdirSync(folder, { recursive: true });
    const module = `github.com/distribution/distribution/v3/cmd/registry@${REGISTRY}`;
    run("go", ["install", module], { cwd: folder, env: { GOBIN: folder } });
  }
  return binary;
}
