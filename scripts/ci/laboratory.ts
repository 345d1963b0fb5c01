// Builds the report's network from network namespaces and walks its path, with faults on the way.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { run } from "./run.ts";

/** Debian's packages of the programs that the laboratory is made with. */
const PACKAGES = {
  unshare: "util-linux",
  setpriv: "util-linux",
  ip: "iproute2",
  ss: "iproute2",
  nft: "nftables",
  ping: "iputils-ping",
};
const FOLDERS = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/sbin"];
const root = new URL("../../", import.meta.url).pathname;

const missing = (): string[] =>
  Object.keys(PACKAGES).filter((name) => !FOLDERS.some((it) => existsSync(join(it, name))));

const absent = missing();
if (absent.length > 0) {
  const packages = new Set(
    Object.entries(PACKAGES)
      .filter(([program]) => absent.includes(program))
      .map(([, name]) => name),
  );
  console.log(`The laboratory needs ${absent.join(", ")}: installing ${[...packages].join(", ")}.`);
  run("apt-get", ["update", "-qq"]);
  run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages]);
  if (missing().length > 0) throw new Error(`Still missing: ${missing().join(", ")}`);
}
// Prosa's page, which is one of the hops, and the browser that opens it.
run(process.execPath, ["scripts/setup.mjs", "--test"], { cwd: root });
const vitest = join(root, "node_modules/vitest/vitest.mjs");
run(process.execPath, [vitest, "run", "--config", "lab/vitest.config.ts"], { cwd: root });
