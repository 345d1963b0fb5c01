// The server, restarted when its code changes, and the page from vite, which passes calls on to it.
import { spawn } from "node:child_process";

const node = (...args: string[]) => spawn(process.execPath, args, { stdio: "inherit" });
const children = [
  node("--watch", "--watch-preserve-output", "server/main.ts"),
  node("node_modules/vite/bin/vite.js", "--config", "client/vite.config.ts"),
];

for (const child of children) child.on("exit", stop);
process.on("SIGINT", stop);
process.on("SIGTERM", stop);

function stop() {
  for (const child of children) child.kill();
}
