import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { files } from "./folder.ts";
import { addressOf, machines } from "./topology.ts";

/**
 * Brings Prosa's port to this machine until the process is told to end: the laboratory's networks
 * are its own, but a UNIX socket is a file, which both sides see.
 */
export async function openPort(
  client: string[],
  port: number,
  print: (line: string) => void,
): Promise<void> {
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new Error("The port is a number from 1 to 65535.");
  rmSync(files.relay, { force: true });
  const target = [addressOf("vm1"), String(machines.vm1.service.port)];
  const relay = join(import.meta.dirname, "relay.ts");
  const [program = "", ...args] = [...client, process.execPath, relay, files.relay, ...target];
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "exit").then(() => {
    throw new Error("The way into the laboratory has ended.");
  });
  await Promise.race([once(child.stdout, "data"), ended]);

  const server = createServer((socket) => {
    const inner = connect(files.relay);
    socket.pipe(inner).pipe(socket);
    socket.on("error", () => inner.destroy());
    inner.on("error", () => socket.destroy());
  });
  server.listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
    print(`Prosa is at http://localhost:${port} until you press Ctrl-C.`);
    const told = ["SIGINT", "SIGTERM"].map((signal) => once(process, signal));
    await Promise.race([...told, ended]);
  } finally {
    child.stdin.end();
    child.kill();
    server.close();
    rmSync(files.relay, { force: true });
  }
  process.exit(0);
}
