#!/usr/bin/env node
// The `prosa` command on any Node from 18 on: hands over to the Node of this project, which runs
// TypeScript as it is, with the terminal, signals and exit code passed through.
import { spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

const windows = process.platform === "win32";
const pathOf = (path) => fileURLToPath(new URL(path, import.meta.url));
const node = pathOf(`../node_modules/node/bin/node${windows ? ".exe" : ""}`);
const main = pathOf("main.ts");

if (!existsSync(node)) {
  console.error("prosa: The packages of this project are missing. Bring them in with: npm ci");
  process.exitCode = 1;
} else if (realpathSync(process.execPath) === realpathSync(node)) {
  await import("./main.ts");
} else if (process.execve && !windows) {
  process.execve(node, [node, main, ...process.argv.slice(2)]);
} else {
  handOver();
}

function handOver() {
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => child.kill(signal));
  }
  child.on("error", (error) => {
    console.error(`prosa: ${error.message}`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}
