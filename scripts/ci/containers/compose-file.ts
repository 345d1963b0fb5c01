import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { cache, moduleFolder, need } from "../go-program.ts";
import { output, run } from "../run.ts";

const MODULE = "github.com/docker/compose/v5";
const VERSION = "v5.6.0";
const root = new URL("../../../", import.meta.url).pathname;

export type Service = {
  image?: string;
  build?: object;
  command?: string[] | null;
  healthcheck?: object;
  read_only?: boolean;
  cap_drop?: string[];
  cap_add?: string[];
  security_opt?: string[];
  tmpfs?: string[];
  restart?: string;
  environment?: Record<string, string | null>;
  ports?: { host_ip?: string; published: string; target: number }[];
  volumes?: { type: string; source: string; target: string; read_only?: boolean }[];
};

type Project = { services: Record<string, Service>; volumes?: Record<string, object> };

/** Docker Compose of this machine; where there is none, the same program from its Go module. */
export function composeCommand(): string[] {
  try {
    output("docker", ["compose", "version"]);
    return ["docker", "compose"];
  } catch {
    return [builtCompose()];
  }
}

// Not by `go install`, which refuses a module that excludes versions of others.
function builtCompose(): string {
  const binary = join(cache, `docker-compose-${VERSION}`);
  if (existsSync(binary)) return binary;
  need("go");
  mkdirSync(cache, { recursive: true });
  const made = `${binary}.building`;
  run("go", ["build", "-trimpath", "-o", made, "./cmd"], { cwd: moduleFolder(MODULE, VERSION) });
  renameSync(made, binary);
  return binary;
}

/** compose.yaml as Docker Compose reads it; throws with its words when it refuses. */
export function composeConfig(profiles: string[], settings: Record<string, string> = {}): Project {
  const [command, ...first] = composeCommand();
  const args = ["--env-file", "/dev/null", "config", "--format", "json"];
  const env = { COMPOSE_PROFILES: profiles.join(","), ...settings };
  return JSON.parse(output(command!, [...first, ...args], { cwd: root, env })) as Project;
}
