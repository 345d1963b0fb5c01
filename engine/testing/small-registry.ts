import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export const digestOf = (bytes: Uint8Array) =>
  `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

const layerOf = (kind: string, bytes: Uint8Array) => ({
  mediaType: `application/vnd.ollama.image.${kind}`,
  digest: digestOf(bytes),
  size: bytes.length,
});

async function listen(handler: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { server, base: `http://127.0.0.1:${port}` };
}

/** What goes wrong or differs, read at each request so that a test can change it. */
export type Behaviour = {
  /** Bytes after which the next answer for a blob is cut, once each. */
  cuts?: number[];
  /** Flips a bit of every blob. */
  spoil?: boolean;
  /** Asks for a token and sends blobs from another host. */
  guarded?: boolean;
  /** Falls silent after so many bytes of a blob. */
  silentAfter?: number;
  /** Where the token is to be had, if not from the registry itself. */
  realm?: string;
  /** Ignores the range that is asked for. */
  wholeOnly?: boolean;
};

/** A registry that holds one model, `library/some-model:latest`, made of the given layers. */
export async function startRegistry(layers: Record<string, Uint8Array>, behaviour: Behaviour = {}) {
  const config = Buffer.from(
    JSON.stringify({
      model_format: "gguf",
      model_family: "llama",
      model_type: "5M",
      file_type: "Q8_0",
    }),
  );
  const blobs = new Map(
    [...Object.values(layers), config].map((bytes) => [digestOf(bytes), bytes]),
  );
  const manifest = {
    schemaVersion: 2,
    config: {
      ...layerOf("x", config),
      mediaType: "application/vnd.docker.container.image.v1+json",
    },
    layers: Object.entries(layers).map(([kind, bytes]) => layerOf(kind, bytes)),
  };
  const seen: { host: string; path: string; range?: string; authorization?: string }[] = [];

  function note(host: string, { url = "", headers }: IncomingMessage): void {
    const { range, authorization } = headers;
    seen.push({
      host,
      path: url,
      ...(range && { range }),
      ...(authorization && { authorization }),
    });
  }

  function sendBlob(request: IncomingMessage, response: ServerResponse): void {
    const blob = blobs.get(request.url?.split("/").at(-1) ?? "");
    if (!blob) return void response.writeHead(404).end();
    const bytes = Buffer.from(blob);
    if (behaviour.spoil) bytes[0] = (bytes[0] ?? 0) ^ 1;
    const from = behaviour.wholeOnly
      ? 0
      : Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, {
      "content-length": bytes.length - from,
      ...(from > 0 && { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    });
    if (behaviour.silentAfter !== undefined) {
      return void response.write(bytes.subarray(from, from + behaviour.silentAfter));
    }
    const cut = behaviour.cuts?.shift();
    if (cut === undefined) return void response.end(bytes.subarray(from));
    response.write(bytes.subarray(from, from + cut), () => setImmediate(() => response.destroy()));
  }

  const store = await listen((request, response) => {
    note("store", request);
    sendBlob(request, response);
  });

  const registry = await listen((request, response) => {
    note("registry", request);
    const path = request.url ?? "";
    if (path.startsWith("/token")) return response.end(JSON.stringify({ token: "secret" }));
    if (behaviour.guarded && request.headers.authorization !== "Bearer secret") {
      const challenge = `Bearer realm="${behaviour.realm ?? `${registry.base}/token`}",service="s",scope="pull"`;
      return response.writeHead(401, { "www-authenticate": challenge }).end();
    }
    if (path === "/v2/library/some-model/manifests/latest")
      return response.end(JSON.stringify(manifest));
    if (!path.includes("/blobs/")) return response.writeHead(404).end();
    if (!behaviour.guarded) return sendBlob(request, response);
    return response.writeHead(307, { location: store.base + path }).end();
  });

  const close = () =>
    [store, registry].forEach(({ server }) => server.close().closeAllConnections());
  return { base: registry.base, manifest, seen, behaviour, close };
}
