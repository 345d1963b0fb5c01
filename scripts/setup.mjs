// Brings in what the project needs before it starts or is tested, and is done at once when
// everything is there. Runs on any Node from 18 on, on Linux, macOS and Windows.
//
//   node scripts/setup.mjs            packages
//   node scripts/setup.mjs --start    packages and the built client
//   node scripts/setup.mjs --test     packages, the built client and a Chromium
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { findChromium } from "./chromium.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const windows = process.platform === "win32";
const modules = join(root, "node_modules");
const node = join(modules, "node", "bin", windows ? "node.exe" : "node");
const built = join(root, "client", "dist");
const stamp = join(built, ".sources");

main(process.argv.slice(2));

function main(flags) {
  if (!packagesAreCurrent()) installPackages();
  if (!flags.includes("--start") && !flags.includes("--test")) return;
  const sources = clientSources();
  if (read(stamp) !== sources) buildClient(sources);
  if (flags.includes("--test") && !findChromium()) installChromium();
}

/** npm keeps in node_modules what it installed; compared with what the lock file asks for. */
function packagesAreCurrent() {
  const wanted = JSON.parse(read(join(root, "package-lock.json"))).packages;
  const installed = JSON.parse(
    read(join(modules, ".package-lock.json")) || '{"packages":{}}',
  ).packages;
  return (
    existsSync(node) &&
    Object.keys(wanted).every((path) => {
      const [want, have] = [wanted[path], installed[path]];
      if (path === "") return true;
      if (!have) return want.optional || want.devOptional;
      return have.version === want.version && have.integrity === want.integrity;
    })
  );
}

function installPackages() {
  say("Installing the packages (npm ci). The first time this takes a minute or two.");
  // Windows does not delete a running program, and npm runs this script with the Node in here.
  if (windows && process.execPath.startsWith(modules + sep)) {
    mkdirSync(join(root, ".cache"), { recursive: true });
    renameSync(process.execPath, join(root, ".cache", `node-${Date.now()}.exe`));
  }
  // The client is built on this machine, so the development packages are needed whatever NODE_ENV says.
  const args = ["ci", "--include=dev", "--loglevel=error", "--no-fund", "--no-audit"];
  if (run("npm", args, { shell: windows }) !== 0)
    fail("npm ci did not succeed; its words are above.");
  if (run(node, ["--version"], { stdio: "ignore" }) !== 0) {
    fail(
      "The Node.js that Prosa runs on did not come with the packages. It is brought by the install\n" +
        "script of the npm package “node”, so npm must be allowed to run install scripts:\n" +
        "  npm config set ignore-scripts false\n" +
        "Then run the command again.",
    );
  }
}

/** Names, sizes and times of everything that the built client is made of. */
function clientSources() {
  const hash = createHash("sha256");
  const visit = (path) => {
    const stats = statSync(path);
    if (!stats.isDirectory()) {
      hash.update(`${relative(root, path)} ${stats.size} ${stats.mtimeMs}\n`);
      return;
    }
    for (const name of readdirSync(path).sort()) {
      const inner = join(path, name);
      if (inner !== built && name !== "node_modules") visit(inner);
    }
  };
  for (const path of ["client", "proto/gen/browser", "package.json", "package-lock.json"]) {
    visit(join(root, path));
  }
  return hash.digest("hex");
}

function buildClient(sources) {
  say("Building the client.");
  const vite = join(modules, "vite", "bin", "vite.js");
  const args = [vite, "build", "--config", "client/vite.config.ts", "--logLevel", "error"];
  if (run(node, args) !== 0) fail("The client could not be built; the reason is above.");
  writeFileSync(stamp, sources);
}

function installChromium() {
  if (process.getuid?.() === 0 && /^ID=debian$/m.test(read("/etc/os-release"))) {
    say("Installing Chromium for the browser tests (Debian's package).");
    const env = { ...environment(), DEBIAN_FRONTEND: "noninteractive" };
    const quiet = { env, stdio: ["ignore", "ignore", "inherit"] };
    run("apt-get", ["update", "-q"], quiet);
    run("apt-get", ["install", "-y", "-q", "--no-install-recommends", "chromium"], quiet);
    if (findChromium()) return;
  }
  say("Downloading Chromium for the browser tests (playwright).");
  const cli = join(modules, "playwright-core", "cli.js");
  const withLibraries =
    process.platform === "linux" && process.getuid?.() === 0 ? ["--with-deps"] : [];
  run(node, [cli, "install", ...withLibraries, "chromium"]);
  if (!findChromium()) {
    fail(
      "No Chromium was found for the browser tests and none could be brought in.\n" +
        "Install Chromium or Chrome, or set CHROMIUM_PATH to the program, and run npm test again.",
    );
  }
}

function run(command, args, options = {}) {
  return spawnSync(command, args, { cwd: root, stdio: "inherit", env: environment(), ...options })
    .status;
}

/** Without this project's own programs on the path: npm ci would be run by the Node that it replaces. */
function environment() {
  const env = { ...process.env };
  const name = Object.keys(env).find((key) => key.toUpperCase() === "PATH") ?? "PATH";
  const bin = join(modules, ".bin");
  env[name] = (env[name] ?? "")
    .split(delimiter)
    .filter((path) => path !== bin)
    .join(delimiter);
  return env;
}

function read(path) {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

function say(words) {
  console.log(`prosa: ${words}`);
}

function fail(words) {
  console.error(`\nprosa: ${words}`);
  process.exit(1);
}
