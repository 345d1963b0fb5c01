import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A way to a server through which a test makes the network fail. */
export type TcpProxy = AsyncDisposable & {
  /** `url` with the proxy's address in it. */
  through(url: string): string;
  /** From now on nothing passes, and nothing is refused, in old connections as in new ones. */
  silence(): void;
  /** New connections pass again; the old ones stay silent. */
  resume(): void;
  /** Passes the next request that contains `words` on, and cuts the connection or goes silent instead of bringing its answer. */
  loseAnswerTo(words: string, how: "cut" | "silent"): void;
  /** Breaks all connections; new ones pass. */
  cut(): void;
  /** How many connections the client side holds open. */
  open(): number;
};

export async function tcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target);
  const pairs = new Set<{ client: Socket; server: Socket; silent: boolean }>();
  let silent = false;
  let doomed: { words: string; how: "cut" | "silent" } | undefined;

  const listener = createServer((client) => {
    const server = connect(Number(port), hostname);
    const pair = { client, server, silent };
    pairs.add(pair);
    let losing: "cut" | "silent" | undefined;
    client.on("data", (chunk) => {
      if (doomed && chunk.includes(doomed.words)) {
        losing = doomed.how;
        doomed = undefined;
      }
      if (!pair.silent) server.write(chunk);
    });
    server.on("data", (chunk) => {
      if (losing === "cut") client.resetAndDestroy();
      if (losing === "silent") pair.silent = true;
      if (!losing && !pair.silent) client.write(chunk);
    });
    client.on("error", () => {});
    server.on("error", () => {});
    server.on("close", () => pair.silent || client.destroy());
    client.on("close", () => {
      pairs.delete(pair);
      server.destroy();
    });
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");

  return {
    through(url) {
      const changed = new URL(url);
      changed.hostname = "127.0.0.1";
      changed.port = String((listener.address() as AddressInfo).port);
      return changed.href;
    },
    silence() {
      silent = true;
      for (const pair of pairs) pair.silent = true;
    },
    resume: () => void (silent = false),
    loseAnswerTo: (words, how) => void (doomed = { words, how }),
    cut() {
      for (const { client } of pairs) client.resetAndDestroy();
    },
    open: () => pairs.size,
    async [Symbol.asyncDispose]() {
      for (const { client } of pairs) client.destroy();
      listener.close();
      await once(listener, "close");
    },
  };
}
