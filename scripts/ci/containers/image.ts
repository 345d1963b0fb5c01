import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { baseOfDockerfile, provideNodeImage } from "./node-image.ts";
import { podman, showPodman, tryPodman } from "./podman.ts";

const root = new URL("../../../", import.meta.url).pathname;
export const IMAGE = "localhost/prosa-ci";
const START_LIMIT_MS = 60_000;

/** This machine's own way to the registries of packages. */
const REGISTRIES = [
  ["/etc/ssl/certs", "/etc/ssl/certs"],
  ["/etc/npmrc", "/usr/local/etc/npmrc"],
  [join(homedir(), ".npmrc"), "/root/.npmrc"],
] as const;

/** Builds the Dockerfile as it is. */
export function buildImage(): void {
  provideNodeImage(baseOfDockerfile());
  const volumes = REGISTRIES.filter(([from]) => existsSync(from));
  showPodman(
    "build",
    ...["--format=docker", "--pull=never", "--isolation=chroot", "--network=host"],
    ...volumes.flatMap(([from, to]) => ["--volume", `${from}:${to}:ro`]),
    ...["--tag", IMAGE, root],
  );
}

/** Leaves the layers of today, which make the next build quick, and nothing of the tests. */
export function tidy(): void {
  podman("volume", "prune", "--force");
  podman("image", "prune", "--force", "--filter", "until=24h");
}

/** As compose.yaml runs it, but on this machine's network and without limits by cgroups. */
const HARDENED = [
  ...["--read-only", "--read-only-tmpfs=false", "--tmpfs=/tmp", "--cap-drop=all"],
  ...["--security-opt=no-new-privileges", "--init", "--init-path=/usr/bin/catatonit"],
  ...["--network=host", "--cgroups=disabled"],
  ...["--ulimit=nofile=4096:4096", "--ulimit=nproc=4096:4096", "--no-healthcheck"],
];

export type Container = AsyncDisposable & {
  url: string;
  logs(): string;
  exec(...command: string[]): string;
  /** Tells it to end as compose does, and returns its exit code. */
  stop(): number;
};

/** Starts a container and waits until it answers. */
export async function startContainer(port: number, options: string[] = []): Promise<Container> {
  const place = ["--env=HOST=127.0.0.1", `--env=PORT=${port}`];
  const id = podman("run", "--detach", ...HARDENED, ...place, ...options, IMAGE);
  const logs = () => tryPodman("logs", id).words;
  const container: Container = {
    url: `http://127.0.0.1:${port}`,
    logs,
    exec: (...command) => podman("exec", id, ...command),
    stop: () => {
      podman("stop", "--time=15", id);
      return Number(podman("inspect", "--format={{.State.ExitCode}}", id));
    },
    [Symbol.asyncDispose]: async () => void podman("rm", "--force", "--volumes", id),
  };
  for (const until = Date.now() + START_LIMIT_MS; ; await sleep(100)) {
    const isUp = await fetch(`${container.url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return container;
    if (Date.now() < until && podman("ps", "--quiet", "--filter", `id=${id}`) !== "") continue;
    const words = logs();
    await container[Symbol.asyncDispose]();
    throw new Error(`The container did not answer:\n${words}`);
  }
}

/** Starts a container that is to fail, and returns what it said. */
export function failToStart(...options: string[]): string {
  const { status, words } = tryPodman("run", "--rm", ...HARDENED, ...options, IMAGE);
  if (status !== 1) throw new Error(`It ended with ${status}: ${words}`);
  return words;
}
