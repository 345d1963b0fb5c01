import { createContextValues } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import type { Deps } from "./app.ts";
import { isLoopback } from "./config.ts";
import { serveFiles } from "./files.ts";
import { routerOptions, routes } from "./routes.ts";
import { setSecurityHeaders } from "./security-headers.ts";
import { addressKey, hostKey, secureKey } from "./rpc/context.ts";
import { createMetricsPage } from "./telemetry/metrics-page.ts";
import { explainRefusals } from "./rpc/refusal.ts";
import { answerUnknownMethod, looksLikeCall } from "./rpc/unknown.ts";

const CLIENT = join(import.meta.dirname, "../client/dist");

/** What is called: services, and what each call goes through. */
type Api = ReturnType<typeof routerOptions> & { routes: ReturnType<typeof routes> };

/** Everything that is served on the port: the API, the two health pages, the metrics and the built client. */
export function createHandler(
  deps: Deps,
  api: Api = { routes: routes(deps), ...routerOptions(deps) },
) {
  const files = serveFiles({ folder: CLIENT });
  const metrics = createMetricsPage({ ...deps, token: deps.config.metricsToken });
  const serve = connectNodeAdapter({
    ...api,
    routes: (router) => {
      api.routes(router);
      explainRefusals(router);
    },
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
      if (path === "/healthz") answerProbe(response, 200, "ok");
      else if (path === "/readyz") void ready(response);
      else if (path === "/metrics")
        void metrics(request, response, addressOf(request, deps.config.trustProxy));
      else if (looksLikeCall(request, path)) answerUnknownMethod(request, response, path);
      else void files(request, response);
    },
  });
  // Taken out of service, it could not serve what a replica still can.
  const ready = async (response: ServerResponse) => {
    if (await deps.health.isUp("database")) answerProbe(response, 200, "ok");
    else if (await deps.health.isUp("reading")) answerProbe(response, 200, READS_ONLY);
    else answerProbe(response, 503, "the database does not answer");
  };
  const onlyHere = isLoopback(deps.config.host) && !deps.config.trustProxy;
  return (request: IncomingMessage, response: ServerResponse) => {
    setSecurityHeaders(response, { tls: isSecure(request, deps.config.trustProxy) });
    if (!URL.canParse(`http://${hostOf(request)}`)) refuse(response, 400, NO_HOST);
    else if (onlyHere && isForeignPage(request)) refuse(response, 403, FOREIGN_PAGE);
    else serve(request, response);
  };
}

/**
 * Whether a browser asks for a name that is not this machine's: a foreign page whose name has been
 * pointed here would otherwise pass for our own. Clients that are no browsers may use any name.
 */
function isForeignPage(request: IncomingMessage): boolean {
  const { headers } = request;
  const fromPage =
    headers.origin ?? headers["sec-fetch-site"] ?? headers["sec-fetch-mode"] ?? false;
  if (!fromPage) return false;
  const name = URL.parse(`http://${hostOf(request)}`)?.hostname.replace(/\.$/, "") ?? "";
  return !(isLoopback(name) || name === "[::1]" || name.endsWith(".localhost"));
}

const FOREIGN_PAGE =
  "Prosa listens on this machine only, so open it as localhost. Behind a proxy set TRUST_PROXY=on.";
const NO_HOST = "The request names no host, or one that cannot be.";

function refuse(response: ServerResponse, status: number, words: string) {
  response.writeHead(status, { "content-type": "text/plain" });
  response.end(`${words}\n`);
}

const READS_ONLY = "reads only: the database does not answer, but a replica does";

function answerProbe(response: ServerResponse, status: number, words: string) {
  response.writeHead(status, {
    "content-type": "text/plain",
    "cache-control": "no-store",
  });
  response.end(`${words}\n`);
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
