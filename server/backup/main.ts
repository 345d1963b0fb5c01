// `prosa backup` and `prosa restore`, on the database of this machine's settings and beside the
// server, which may be running. In a container: node server/backup/main.ts backup -
import { existsSync } from "node:fs";
import { enableCompileCache } from "node:module";

enableCompileCache();
const { runBackupCommand } = await import("./command.ts");
const { createProgressLine } = await import("./progress-line.ts");

const line = createProgressLine(process.stderr);
process.on("exit", line.clear);

const stopping = new AbortController();
const INTERRUPTED = 130;
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  // Whoever asks twice does not want to wait.
  process.on(name, () => {
    if (stopping.signal.aborted) process.exit(INTERRUPTED);
    stopping.abort();
  });
}
// A connection that breaks while it is being used can fail where nobody waits for it.
process.on("uncaughtException", (error) => end(error));
process.stdout.on("error", () => {});

try {
  if (existsSync(".env")) process.loadEnvFile(".env");
  await runBackupCommand(process.argv.slice(2), process.env, stopping.signal, line);
  process.exit(0);
} catch (error) {
  end(error);
}

function end(error: unknown): never {
  if (stopping.signal.aborted) process.exit(INTERRUPTED);
  const { code, message, exitCode } = error as {
    code?: string;
    message: string;
    exitCode?: number;
  };
  // The reader of a pipe has left, as a shell counts SIGPIPE.
  if (code === "EPIPE") process.exit(141);
  line.say(`prosa: ${message}`);
  process.exit(exitCode ?? 1);
}
