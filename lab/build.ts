import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { command, succeed } from "./command.ts";
import { files, folder, makeFolder, project } from "./folder.ts";
import { guestFiles, guestSite, OLLAMA } from "./guest-files.ts";
import { lastLab } from "./modes.ts";
import { givenOllama } from "./ollama.ts";
import { copyProduction } from "./production.ts";
import type { Ollama } from "./service.ts";

const SUITE = "bookworm";
const MIRROR = process.env.LAB_MIRROR ?? "http://deb.debian.org/debian";
const SECURITY = process.env.LAB_SECURITY_MIRROR ?? "http://deb.debian.org/debian-security";
const MEBIBYTE = 1024 * 1024;

/** What the guests need of Debian; Prosa and PostgreSQL come with the project's packages. */
const PACKAGES = [
  ...["systemd-sysv", "udev", "dbus", "kmod", "procps", "iproute2", "iputils-ping", "nftables"],
  ...["e2fsprogs", "qemu-guest-agent", "linux-image-cloud-amd64", "initramfs-tools", "zstd"],
  ...["libstdc++6", "libatomic1"],
];

/** Programs that are needed here, and Debian's packages of them. */
const NEEDED = {
  mmdebstrap: "mmdebstrap",
  mke2fs: "e2fsprogs",
  "qemu-img": "qemu-utils",
  "qemu-system-x86_64": "qemu-system-x86",
};

/** Makes the image of the three machines: a kernel, its first file system, and one disk. */
export async function build(print: (line: string) => void): Promise<void> {
  checkPrograms();
  const made = makeFolder() ?? folder;
  try {
    await makeImage(print);
  } finally {
    await giveToOwner(made);
  }
}

async function makeImage(print: (line: string) => void): Promise<void> {
  if (await lastLab()?.exists())
    throw new Error("A laboratory is up and uses the image: npm run lab -- down");
  const made = `${files.image}.new`;
  const stage = join(made, "stage");
  rmSync(made, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  stageGuest(stage);
  print("Prosa and its packages are collected. Debian's come next, which takes a minute or more.");
  await bootstrap(stage, made);
  print("Debian is unpacked. Now the disk.");
  const disk = ["-O", "qcow2", join(made, "disk.raw"), join(made, "disk.qcow2")];
  await succeed(["qemu-img", "convert", ...disk]);
  rmSync(join(made, "disk.raw"));
  rmSync(stage, { recursive: true });
  // All machines read it and none may write to it.
  chmodSync(join(made, "disk.qcow2"), 0o444);
  rmSync(files.image, { recursive: true, force: true });
  renameSync(made, files.image);
  const size = statSync(join(files.image, "disk.qcow2")).size / MEBIBYTE;
  print(`The image is in ${files.image} (${size.toFixed(0)} MiB).`);
}

/** What root has made, be it half, belongs to whom the project belongs to, who goes on with it. */
async function giveToOwner(made: string): Promise<void> {
  const { uid, gid } = statSync(project);
  await succeed(["chown", "-R", `${uid}:${gid}`, made]);
}

function checkPrograms(): void {
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Error("The virtual machines are for Linux on x86-64.");
  const folders = (process.env.PATH ?? "").split(delimiter);
  const missing = Object.entries(NEEDED).filter(
    ([program]) => !folders.some((folder) => existsSync(join(folder, program))),
  );
  if (missing.length === 0 && process.getuid?.() === 0) return;
  // The packages' files belong to many accounts, and only root can make files of others.
  if (missing.length === 0)
    throw new Error("Making the image needs root; nothing else does: sudo npm run lab -- build");
  const names = missing.map(([program]) => program).join(", ");
  const packages = missing.map(([, name]) => name).join(" ");
  throw new Error(`There is no ${names}. On Debian and Ubuntu: apt-get install ${packages}`);
}

/** Everything that is added to Debian, as it will lie in the machines. */
function stageGuest(stage: string): void {
  const ollama = givenOllama();
  cpSync(join(import.meta.dirname, "guest/rootfs"), stage, { recursive: true });
  for (const [path, text] of Object.entries(guestFiles(ollama && OLLAMA))) {
    mkdirSync(dirname(join(stage, path)), { recursive: true });
    writeFileSync(join(stage, path), text);
  }
  const { node, app } = guestSite("vm1");
  mkdirSync(dirname(join(stage, node)), { recursive: true });
  cpSync(process.execPath, join(stage, node), { dereference: true });
  copyProduction(join(stage, app));
  if (ollama !== undefined) copyOllama(ollama, stage);
}

function copyOllama({ program, models }: Ollama, stage: string): void {
  cpSync(program, join(stage, OLLAMA.program));
  cpSync(models, join(stage, OLLAMA.models), { recursive: true });
  // Its libraries lie beside it, in one of two forms.
  for (const [from, to] of [
    ["../lib/ollama", "../lib/ollama"],
    ["build/lib/ollama", "../lib/ollama"],
  ] as const) {
    const source = join(dirname(program), from);
    if (!existsSync(source)) continue;
    cpSync(source, join(dirname(join(stage, OLLAMA.program)), to), { recursive: true });
  }
}

async function bootstrap(stage: string, out: string): Promise<void> {
  const unused = ["man", "doc", "locale", "info"].map((it) => `path-exclude=/usr/share/${it}/*`);
  const { code, errors } = await command(
    [
      ...["mmdebstrap", "--variant=minbase", "--format=null"],
      ...['--aptopt=APT::Install-Recommends "false"', ...unused.map((it) => `--dpkgopt=${it}`)],
      `--include=${PACKAGES.join(",")}`,
      `--customize-hook=${join(import.meta.dirname, "guest/customize")}`,
      ...[SUITE, "/dev/null", `deb ${MIRROR} ${SUITE} main`],
      `deb ${MIRROR} ${SUITE}-updates main`,
      `deb ${SECURITY} ${SUITE}-security main`,
    ],
    { env: { ...process.env, STAGE: stage, OUT: out } },
  );
  if (code !== 0) throw new Error(`mmdebstrap failed:\n${errors.slice(-4_000)}`);
}
