import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { traceHeaders } from "../telemetry/trace.ts";

const http = new HttpAgent({ keepAlive: true });
const https = new HttpsAgent({ keepAlive: true });

/**
 * A `fetch` over node:http with the parts of a Response that the ollama package reads. Node's own
 * gives up after five minutes without headers, which a large model may need to load, and its web
 * streams cost more per token than all the rest. The signal also covers the wait for the headers.
 * `drain` gives the connection back when the reader has seen all that it wants.
 */
export function createHttpFetch(signal: AbortSignal) {
  let drain = () => {};
  const send = async (input: unknown, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(String(input));
    const body = typeof init.body === "string" ? init.body : undefined;
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const secure = url.protocol === "https:";
      const request = (secure ? httpsRequest : httpRequest)(
        url,
        {
          method: init.method ?? "GET",
          // Node gives a DELETE with a body no length of its own accord.
          headers: {
            ...(init.headers as Record<string, string>),
            ...traceHeaders(),
            ...(body !== undefined && { "content-length": Buffer.byteLength(body) }),
          },
          agent: secure ? https : http,
          signal,
        },
        resolve,
      );
      request.on("error", (error) => reject(signal.aborted ? signal.reason : error));
      request.setNoDelay(true);
      request.end(body);
    });
    const chunks = readChunks(response, signal);
    drain = chunks.drain;
    return toResponse(response, chunks.read);
  };
  return { fetch: send as typeof fetch, drain: () => drain() };
}

type Read = () => Promise<{ done: boolean; value?: Buffer }>;

/** What is left unread makes the sender wait. */
const MAX_UNREAD_CHUNKS = 64;

// A stream's own iterator costs several events and microtasks for each chunk, which is each token.
function readChunks(message: IncomingMessage, signal: AbortSignal) {
  const chunks: Buffer[] = [];
  let outcome: { error?: unknown } | undefined;
  let drained = false;
  let wake = () => {};
  const end = (result: { error?: unknown }) => {
    outcome ??= result;
    wake();
  };
  message.on("data", (chunk: Buffer) => {
    if (drained) return;
    chunks.push(chunk);
    if (chunks.length > MAX_UNREAD_CHUNKS) message.pause();
    wake();
  });
  message.on("end", () => end({}));
  message.on("error", (error) => end({ error: signal.aborted ? signal.reason : error }));
  message.on("close", () => end({ error: new Error("the connection was closed") }));

  const read: Read = async () => {
    if (chunks.length === 0 && outcome === undefined) {
      message.resume();
      await new Promise<void>((resolve) => (wake = resolve));
    }
    const value = chunks.shift();
    if (value !== undefined) return { done: false, value };
    if (outcome?.error !== undefined) throw outcome.error;
    return { done: true };
  };
  const drain = () => {
    drained = true;
    message.resume();
  };
  return { read, drain };
}

function toResponse(message: IncomingMessage, read: Read): Response {
  const status = message.statusCode ?? 0;
  const text = async () => {
    const parts: Buffer[] = [];
    for (let part = await read(); part.value; part = await read()) parts.push(part.value);
    return Buffer.concat(parts).toString();
  };
  const response = {
    ok: status >= 200 && status < 300,
    status,
    statusText: message.statusMessage ?? "",
    headers: { get: (name: string) => message.headers[name.toLowerCase()] ?? null },
    text,
    json: async () => JSON.parse(await text()) as unknown,
    body: { getReader: () => ({ read, releaseLock() {} }) },
  };
  return response as unknown as Response;
}
