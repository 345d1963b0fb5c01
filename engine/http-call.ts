import type { IncomingMessage, ServerResponse } from "node:http";
import { Failure, words } from "./failure.ts";

const MAX_BODY_BYTES = 32 * 1024 ** 2;

export type Body = Record<string, unknown>;

/** One request being answered: its JSON body, its end, and the two ways to answer. */
export type Call = {
  body(): Promise<Body>;
  /** Aborted when the client goes away. */
  signal: AbortSignal;
  /** Answers with one JSON document. */
  json(value: unknown, status?: number): void;
  /** Sends one line of NDJSON at once; waits only for a client that is slow to read. */
  line(value: unknown): Promise<void>;
  end(): void;
  fail(error: unknown): void;
};

async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Failure(413, "the request body is larger than 32 MiB");
    chunks.push(chunk);
  }
  if (size === 0) throw new Failure(400, "missing request body");
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch (cause) {
    throw new Failure(400, `the request body is not JSON: ${words(cause)}`, { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Failure(400, "the request body is not a JSON object");
  }
  return value as Body;
}

export function createCall(request: IncomingMessage, response: ServerResponse): Call {
  const gone = new AbortController();
  response.on("close", () => {
    if (!response.writableFinished) gone.abort(new Failure(499, "request cancelled"));
  });

  function json(value: unknown, status = 200): void {
    const text = JSON.stringify(value);
    const length = Buffer.byteLength(text);
    const type = "application/json; charset=utf-8";
    response.writeHead(status, { "content-type": type, "content-length": length }).end(text);
  }

  async function line(value: unknown): Promise<void> {
    gone.signal.throwIfAborted();
    if (!response.headersSent) response.writeHead(200, { "content-type": "application/x-ndjson" });
    if (response.write(`${JSON.stringify(value)}\n`)) return;
    await new Promise<void>((resolve) => {
      const go = () => {
        response.off("drain", go).off("close", go);
        resolve();
      };
      response.on("drain", go).on("close", go);
    });
  }

  function fail(error: unknown): void {
    if (gone.signal.aborted) return;
    if (!(error instanceof Failure)) console.error(error);
    const answer = { error: words(error) };
    if (response.headersSent) {
      response.end(`${JSON.stringify(answer)}\n`);
      return;
    }
    // What is left of the request is not read, so the connection cannot be used again.
    if (!request.complete) response.setHeader("connection", "close");
    json(answer, error instanceof Failure ? error.status : 500);
  }

  return {
    body: () => readBody(request),
    signal: gone.signal,
    json,
    line,
    end: () => void response.end(),
    fail,
  };
}
