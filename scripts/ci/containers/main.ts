// Holds compose.yaml, the image of the Dockerfile and the proxy in front of it against real tools.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { run } from "../run.ts";
import { installContainerTools } from "./podman.ts";

const root = new URL("../../../", import.meta.url).pathname;
const config = "scripts/ci/containers/vitest.config.ts";
const vitest = [join(root, "node_modules/vitest/vitest.mjs"), "run", "--config", config];

/** Where both versions of cgroups are mounted, crun refuses to start anything: it gets one of them. */
const ONE_CGROUP = 'umount -R /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup && exec "$@"';

installContainerTools();
const command = [process.execPath, ...vitest, ...process.argv.slice(2)];
const whole = existsSync("/sys/fs/cgroup/unified")
  ? ["unshare", "--mount", "sh", "-c", ONE_CGROUP, "sh", ...command]
  : command;
try {
  run(whole[0]!, whole.slice(1), { cwd: root });
} catch {
  process.exitCode = 1;
}
