import { once } from "node:events";
import { createServer, request as send } from "node:http";
import type { AddressInfo } from "node:net";

export type Harm = {
  /** Bytes of a blob after which the connection breaks, one entry for each of the next answers. */
  cuts?: number[];
  /** Flips a bit in the first piece of each large blob. */
  spoil?: boolean;
  /** Sends the puller to the registry itself, as public registries do, instead of the bytes. */
  redirect?: boolean;
};

/** Stands before a registry and does harm to its blobs. */
export async function startCuttingProxy(registry: string, harm: Harm) {
  const ranges: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const blob = request.url?.includes("/blobs/");
    if (blob) ranges.push(request.headers.range);
    if (blob && harm.redirect) {
      return void response.writeHead(307, { location: `http://${registry}${request.url}` }).end();
    }
    const headers = { ...request.headers, host: registry };
    const onward = send(`http://${registry}${request.url}`, { headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      const cut = blob ? harm.cuts?.shift() : undefined;
      let sent = 0;
      answer.on("data", (chunk: Buffer) => {
        if (blob && harm.spoil && sent === 0) chunk[0] = (chunk[0] ?? 0) ^ 1;
        if (cut !== undefined && sent + chunk.length >= cut) {
          answer.destroy();
          response.write(chunk.subarray(0, cut - sent), () =>
            setImmediate(() => response.destroy()),
          );
          return;
        }
        sent += chunk.length;
        response.write(chunk);
      });
      answer.on("end", () => response.end());
    });
    onward.on("error", () => response.destroy());
    onward.end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { address, ranges, close: () => server.close().closeAllConnections() };
}
