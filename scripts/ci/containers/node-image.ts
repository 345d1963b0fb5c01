import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { output, run } from "../run.ts";
import { podman } from "./podman.ts";

const root = new URL("../../../", import.meta.url).pathname;

/** Slim as the official image is: no documents, and no words in other languages. */
const LEFT_OUT = ["doc", "info", "lintian", "locale", "man"];

/** The image that the Dockerfile builds on. */
export function baseOfDockerfile(): string {
  const text = readFileSync(join(root, "Dockerfile"), "utf8");
  const named = [...text.matchAll(/^FROM (\S+)/gm)].map((match) => match[1]!);
  const [base, ...others] = [...new Set(named)].filter((name) => name !== "scratch");
  if (base === undefined || others.length > 0)
    throw new Error(`Not one base image: ${named.join(", ")}`);
  return base;
}

/**
 * Makes a stand-in for the official image of Node, which comes from a registry of images: Debian by
 * mmdebstrap, the Node of this project, and this machine's npm. Kept for the next run.
 */
export function provideNodeImage(name: string): void {
  if (podman("images", "--quiet", name) !== "") return;
  const [, release] = /^node:[\d.]+-(\w+)-slim$/.exec(name) ?? [];
  if (release === undefined) throw new Error(`${name} is no slim image of Node.`);
  const npm = dirname(dirname(realpathSync(output("sh", ["-c", "command -v npm"]).trim())));
  const work = mkdtempSync(join(tmpdir(), "prosa-node-image-"));
  const hooks = [
    'mkdir -p "$1/usr/local/lib/node_modules"',
    `copy-in ${npm} /usr/local/lib/node_modules`,
    `upload ${join(root, "node_modules/node/bin/node")} /usr/local/bin/node`,
    'chmod 755 "$1/usr/local/bin/node"',
    'ln -s ../lib/node_modules/npm/bin/npm-cli.js "$1/usr/local/bin/npm"',
    'chroot "$1" useradd --uid 1000 --user-group --create-home --shell /bin/bash node',
  ];
  try {
    const tar = join(work, "image.tar");
    run("mmdebstrap", [
      "--variant=apt",
      "--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr",
      "--include=ca-certificates,libatomic1,usr-is-merged",
      ...LEFT_OUT.map((folder) => `--dpkgopt=path-exclude=/usr/share/${folder}/*`),
      ...hooks.map((hook) => `--customize-hook=${hook}`),
      release,
      tar,
    ]);
    podman("import", "--quiet", tar, `docker.io/library/${name}`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
