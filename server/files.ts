import { readdirSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, sep } from "node:path";
import { setPageHeaders } from "./security-headers.ts";

type File = { path: string; type: string; etag: string };

const TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};
/** Made by the client's build, smallest first. */
const ENCODINGS = [
  { name: "br", ending: ".br", accepted: accepts("br") },
  { name: "gzip", ending: ".gz", accepted: accepts("gzip") },
];
/** Names in this folder change with their content. */
const HASHED = "/assets/";
const PAGE = /^(?:\/[\w-]+)*\/?$/;
const CALL = /^\/(?:\w+\.)*[A-Z]\w*\/[A-Z]\w*$/;

/**
 * Serves the built client: its files as they were when the server started, and its page for every
 * path that can be a place in it.
 */
export function serveFiles({ folder }: { folder: string }) {
  const files = readFolder(folder);
  return async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const path = pathOf(req);
    setPageHeaders(res);
    if (CALL.test(path)) return say(res, 404, NOTHING);
    if (req.method !== "GET" && req.method !== "HEAD") {
      res.setHeader("allow", "GET, HEAD");
      return say(res, 405, "Only GET and HEAD are answered here.");
    }
    const name = PAGE.test(path) ? "/index.html" : path;
    const file = files.get(name);
    if (file) return send(req, res, name, file, files);
    if (name === "/index.html") return say(res, 503, NOT_BUILT);
    return say(res, 404, NOTHING);
  };
}

const NOTHING = "There is nothing here.";
const NOT_BUILT = "The page of Prosa has not been built. Stop the server and run: npm start";

async function send(
  req: IncomingMessage,
  res: ServerResponse,
  name: string,
  plain: File,
  files: Map<string, File>,
): Promise<void> {
  const accepted = req.headers["accept-encoding"]?.toString() ?? "";
  const encoding = ENCODINGS.find((it) => it.accepted(accepted) && files.has(name + it.ending));
  const file = (encoding && files.get(name + encoding.ending)) ?? plain;
  const forever = name.startsWith(HASHED);
  res.setHeader("cache-control", forever ? "public, max-age=31536000, immutable" : "no-cache");
  res.setHeader("etag", file.etag);
  res.setHeader("vary", "accept-encoding");
  if (req.headers["if-none-match"]?.split(/,\s*/).includes(file.etag)) {
    res.writeHead(304).end();
    return;
  }
  const bytes = await readFile(file.path).catch(() => undefined);
  if (!bytes) return say(res, 404, "This file has changed. Reload the page.");
  res.setHeader("content-type", plain.type);
  res.setHeader("content-length", bytes.length);
  if (encoding) res.setHeader("content-encoding", encoding.name);
  res.writeHead(200).end(req.method === "HEAD" ? undefined : bytes);
}

/** Lists the folder once: what is not in the list cannot be asked for, whatever the path looks like. */
function readFolder(folder: string): Map<string, File> {
  const files = new Map<string, File>();
  let names: string[] = [];
  try {
    names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch {
    return files;
  }
  for (const name of names) {
    const path = join(folder, name);
    const stats = statSync(path);
    const url = `/${name.split(sep).join("/")}`;
    if (!stats.isFile() || url.includes("/.")) continue;
    const type = TYPES[extname(name)] ?? "application/octet-stream";
    const etag = `"${stats.size.toString(36)}-${Math.round(stats.mtimeMs).toString(36)}"`;
    files.set(url, { path, type, etag });
  }
  return files;
}

function pathOf(req: IncomingMessage): string {
  const path = (req.url ?? "/").replace(/[?#].*$/, "");
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function accepts(encoding: string) {
  const pattern = new RegExp(
    `(?:^|[,\\s])${encoding}(?!\\s*;\\s*q=0(?:\\.0*)?\\s*(?:,|$))\\b`,
    "i",
  );
  return (header: string) => pattern.test(header);
}

function say(res: ServerResponse, status: number, words: string): void {
  res.setHeader("content-type", "text/plain; charset=utf-8");
  res.setHeader("cache-control", "no-store");
  res.removeHeader("etag");
  res.writeHead(status).end(`${words}\n`);
}
