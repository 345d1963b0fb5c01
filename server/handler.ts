import { createContextValues } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import type { IncomingMessage, ServerResponse } from "node:http";
import { sql } from "drizzle-orm";
import { join } from "node:path";
import type { Deps } from "./app.ts";
import { serveFiles } from "./files.ts";
import { routerOptions, routes } from "./routes.ts";
import { setSecurityHeaders } from "./security-headers.ts";
import { addressKey, hostKey, secureKey } from "./rpc/context.ts";
import { answerUnknownMethod, looksLikeCall } from "./rpc/unknown.ts";

const CLIENT = join(import.meta.dirname, "../client/dist");

/** Everything that is served on the port: the API, the two health pages and the built client. */
export function createHandler(deps: Deps) {
  const files = serveFiles({ folder: CLIENT });
  const serve = connectNodeAdapter({
    routes: routes(deps),
    ...routerOptions(deps),
    contextValues: (request) =>
      createContextValues()
        .set(hostKey, hostOf(request as IncomingMessage))
        .set(addressKey, addressOf(request as IncomingMessage, deps.config.trustProxy))
        .set(secureKey, isSecure(request as IncomingMessage, deps.config.trustProxy)),
    // The classes of HTTP/2 have all that is used here of those of HTTP/1.
    fallback: (anyRequest, anyResponse) => {
      const request = anyRequest as IncomingMessage;
      const response = anyResponse as ServerResponse;
      const path = request.url?.split("?", 1)[0] ?? "";
      if (path === "/healthz") health(response, Promise.resolve());
      else if (path === "/readyz") health(response, deps.db.execute(sql`select 1`));
      else if (looksLikeCall(request, path)) answerUnknownMethod(request, response, path);
      else void files(request, response);
    },
  });
  return (request: IncomingMessage, response: ServerResponse) => {
    setSecurityHeaders(response, { tls: isSecure(request, deps.config.trustProxy) });
    serve(request, response);
  };
}

function health(response: ServerResponse, check: Promise<unknown>) {
  const answer = (status: number, words: string) => {
    response.writeHead(status, { "content-type": "text/plain", "cache-control": "no-store" });
    response.end(`${words}\n`);
  };
  check.then(
    () => answer(200, "ok"),
    () => answer(503, "the database does not answer"),
  );
}

/** HTTP/2 tells the host in a pseudo-header instead. */
function hostOf({ headers }: IncomingMessage): string {
  return String(headers[":authority"] ?? headers.host ?? "");
}

/** The client's address; that of the nearest proxy's client when proxies are trusted. */
function addressOf(request: IncomingMessage, trustProxy: boolean): string {
  const forwarded =
    trustProxy &&
    String(request.headers["x-forwarded-for"] ?? "")
      .split(",")
      .at(-1);
  const address = (forwarded || request.socket.remoteAddress) ?? "";
  return address
    .trim()
    .replace(/^::ffff:/, "")
    .slice(0, 64);
}

function isSecure(request: IncomingMessage, trustProxy: boolean): boolean {
  if ("encrypted" in request.socket && request.socket.encrypted === true) return true;
  return trustProxy && request.headers["x-forwarded-proto"] === "https";
}
