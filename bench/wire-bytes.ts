import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";

/** A way to a server that counts what passes, in both directions. */
export interface ByteCounter extends AsyncDisposable {
  readonly url: string;
  bytes(): number;
}

export async function countBytes(target: string): Promise<ByteCounter> {
  const { port } = new URL(target);
  let bytes = 0;
  const server = createServer((near) => {
    const far = connect(Number(port), "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on("data", (chunk) => (bytes += chunk.length));
      from.on("error", () => to.destroy());
      from.pipe(to);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bytes: () => bytes,
    [Symbol.asyncDispose]: async () => {
      server.close();
    },
  };
}
