import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { isLoopback } from "../config.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "./metrics.ts";

type Options = { metrics: Metrics; token: string | undefined; log: Log };

/**
 * Answers `GET /metrics`. With a token whoever has it may read, from anywhere; without one only
 * programs on this machine, and no proxy on behalf of somebody else.
 */
export function createMetricsPage({ metrics, token, log }: Options) {
  const isRight = token === undefined ? undefined : comparison(`Bearer ${token}`);
  return async (request: IncomingMessage, response: ServerResponse, address: string) => {
    const { headers, method } = request;
    response.setHeader("cache-control", "no-store");
    if (
      isRight !== undefined &&
      !isRight((headers.authorization ?? "").replace(/^bearer +/i, "Bearer "))
    ) {
      response.setHeader("www-authenticate", "Bearer");
      return say(response, 401, "The metrics want the token of METRICS_TOKEN.");
    }
    if (isRight === undefined && !(isLoopback(address) && isDirect(request))) {
      return say(response, 403, "Without METRICS_TOKEN only this machine may read the metrics.");
    }
    if (method !== "GET" && method !== "HEAD") {
      response.setHeader("allow", "GET, HEAD");
      return say(response, 405, "Only GET and HEAD are answered here.");
    }
    try {
      const text = await metrics.read();
      response.writeHead(200, { "content-type": metrics.contentType });
      response.end(method === "HEAD" ? undefined : text);
    } catch (error) {
      log.error({ err: error }, "the metrics could not be read");
      say(response, 500, "The metrics could not be read.");
    }
  };
}

const FORWARDED = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];

function isDirect({ headers }: IncomingMessage): boolean {
  return FORWARDED.every((name) => headers[name] === undefined);
}

/** Compares in a time that does not tell how much was right. */
function comparison(expected: string): (given: string) => boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  const right = digest(expected);
  return (given) => timingSafeEqual(digest(given), right);
}

function say(response: ServerResponse, status: number, words: string) {
  response.writeHead(status, { "content-type": "text/plain" });
  response.end(`${words}\n`);
}
