import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cache, goProgram, moduleFolder, need } from "./go-program.ts";
import { run } from "./run.ts";

const OLLAMA = "v0.17.4";
const MALGO = "v0.11.24";
const REGISTRY = "v3.0.0";

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
  if (!existsSync(join(target, "ollama"))) build(target);
  if (readdirSync(join(target, "build", "lib", "ollama")).length === 0) {
    throw new Error(`${target} holds no CPU back end; delete it and run this again.`);
  }
  return join(target, "ollama");
}

/** The path of the reference implementation of the registry that model stores speak. */
export function realRegistry(): string {
  return goProgram("github.com/distribution/distribution/v3/cmd/registry", REGISTRY);
}
