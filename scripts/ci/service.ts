import { spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const START_LIMIT_MS = 60_000;
const LOG_TAIL = 4000;

/** A port of the loopback address that is free right now. */
export async function freePort(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const server = createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address() as AddressInfo;
    server.close(() => resolve(port));
  });
  return promise;
}

type Service = {
  command: string;
  args: string[];
  env: Record<string, string>;
  url: string;
  log: string;
};

/** Starts a program and waits until `url` answers; what it prints goes to the file `log`. */
export async function startService({ command, args, env, url, log }: Service) {
  const output = openSync(log, "w");
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", output, output],
  });
  const failed = (why: string) =>
    new Error(`${command} ${why}:\n${readFileSync(log, "utf8").slice(-LOG_TAIL)}`);
  const until = Date.now() + START_LIMIT_MS;
  while (
    !(await fetch(url).then(
      (response) => response.ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null) throw failed(`ended with code ${child.exitCode}`);
    if (Date.now() > until) {
      child.kill("SIGKILL");
      throw failed("did not answer in time");
    }
    await sleep(100);
  }
  // Told to end and waited for, since Ollama has runners of its own to end.
  async function stop(): Promise<void> {
    if (child.exitCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "exit");
  }
  return { stop };
}
