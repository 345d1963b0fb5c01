import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { once } from "node:events";
import http2 from "node:http2";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveFiles } from "./files.ts";
import { listen, type Listening } from "./listen.ts";

const PAGE = "<!doctype html><title>Prosa</title>";
const SCRIPT = "console.log('Prosa');";
let folder: string;
let server: Listening;

async function serve(path: string): Promise<Listening> {
  const log = { error: (fields: object) => expect(fields).toBeUndefined() };
  return listen({ host: "127.0.0.1", port: 0, handler: serveFiles({ folder: path }), log });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "prosa-files-"));
  const dist = join(folder, "dist");
  await mkdir(join(dist, "assets"), { recursive: true });
  await writeFile(join(folder, "secret.txt"), "secret");
  await writeFile(join(dist, ".sources"), "secret");
  await writeFile(join(dist, "index.html"), PAGE);
  await writeFile(join(dist, "assets", "main-1a2b.js"), SCRIPT);
  await writeFile(join(dist, "assets", "main-1a2b.js.br"), brotliCompressSync(SCRIPT));
  await writeFile(join(dist, "assets", "main-1a2b.js.gz"), gzipSync(SCRIPT));
  await writeFile(join(dist, "assets", "gone-3c4d.js"), SCRIPT);
  server = await serve(dist);
  await rm(join(dist, "assets", "gone-3c4d.js"));
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

function get(path: string, init?: RequestInit): Promise<Response> {
  return fetch(server.url + path, init);
}

/** Sends the path as it is, where fetch would tidy it up. */
async function getRaw(path: string): Promise<string> {
  const socket = net.connect(server.port, "127.0.0.1");
  socket.end(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  return text(socket);
}

test.each(["/", "/chats", "/chats/0193b9a2-7c1e-7000-8000-000000000000", "/models?x=1.2", "/a/"])(
  "the page is sent for %s",
  async (path) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("no-cache");
    expect(await response.text()).toBe(PAGE);
  },
);

test.each(["/nothing.js", "/assets/old-5e6f.js", "/assets/gone-3c4d.js", "/.sources", "/a.b/c"])(
  "%s is not found, and no page is sent in its place",
  async (path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.text()).not.toContain("<");
  },
);

test.each([
  "/../secret.txt",
  "/assets/../../secret.txt",
  "/..%2fsecret.txt",
  "/%2e%2e/secret.txt",
  "/..\\secret.txt",
  "/%00",
  "/%",
  "//secret.txt",
  "/assets//../.sources",
])("%s leads nowhere", async (path) => {
  const answer = await getRaw(path);
  expect(answer).toMatch(/^HTTP\/1\.1 404/);
  expect(answer).not.toContain("secret\n");
  expect(answer).not.toMatch(/\r\n\r\nsecret/);
});

test.each([
  ["br, gzip", "br"],
  ["gzip, deflate", "gzip"],
  ["br;q=0, gzip;q=0.5", "gzip"],
  ["identity", null],
])("with accept-encoding %s a script comes as %s", async (accepted, encoding) => {
  const response = await get("/assets/main-1a2b.js", { headers: { "accept-encoding": accepted } });
  expect(response.headers.get("content-encoding")).toBe(encoding);
  expect(response.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect(response.headers.get("vary")).toBe("accept-encoding");
  expect(await response.text()).toBe(SCRIPT);
});

test("an unchanged page is not sent twice, and a changed one is", async () => {
  const etag = (await get("/")).headers.get("etag") ?? "";
  const headers = { "if-none-match": etag };
  const again = await get("/chats", { headers });
  expect(again.status).toBe(304);
  expect(again.headers.get("content-security-policy")).toContain("default-src 'none'");
  const page = join(folder, "dist", "index.html");
  await utimes(page, new Date(0), new Date(0));
  const restarted = await serve(join(folder, "dist"));
  expect((await fetch(restarted.url, { headers })).status).toBe(200);
  await restarted.close();
});

test("a HEAD is answered without the body, over HTTP/1.1 and HTTP/2", async () => {
  const response = await get("/", { method: "HEAD" });
  expect(response.headers.get("content-length")).toBe(String(PAGE.length));
  expect(await response.text()).toBe("");
  const session = http2.connect(server.url);
  const stream = session.request({ ":method": "HEAD", ":path": "/" });
  const [headers] = await once(stream, "response");
  expect(headers["content-length"]).toBe(String(PAGE.length));
  expect(await text(stream)).toBe("");
  session.close();
});

test("other methods are refused", async () => {
  const response = await get("/", { method: "POST", body: "x" });
  expect(response.status).toBe(405);
  expect(response.headers.get("allow")).toBe("GET, HEAD");
});

test.each(["/prosa.chat.v1.ChatService/Nothing", "/Greeter/Nothing"])(
  "%s would be a call, so that no page is sent for it",
  async (path) => {
    for (const method of ["GET", "POST"]) {
      const response = await get(path, { method });
      expect(response.status).toBe(404);
      expect(response.headers.get("content-type")).toMatch("text/plain");
    }
  },
);

test("a page may run nothing but our own scripts and stands in no frame", async () => {
  const { headers } = await get("/");
  const policy = headers.get("content-security-policy") ?? "";
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain("unsafe");
  expect(headers.get("referrer-policy")).toBe("no-referrer");
  expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
});

test("a client that was never built is explained", async () => {
  const bare = await serve(join(folder, "nothing"));
  const response = await fetch(bare.url);
  expect(response.status).toBe(503);
  expect(await response.text()).toContain("npm start");
  await bare.close();
});
