import { createHash, timingSafeEqual } from "node:crypto";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
} from "node:http";
import { answerEmbed } from "./answer-embed.ts";
import { answerChat, answerGenerate } from "./answer.ts";
import { deleteModel, listLoaded, listModels, pullModel, showModel } from "./catalog.ts";
import type { Engine } from "./engine.ts";
import { Failure } from "./failure.ts";
import { type Call, createCall } from "./http-call.ts";

/** The version of Ollama whose API this is. */
const API_VERSION = "0.17.4";

type Handler = (engine: Engine, call: Call) => Promise<void> | void;

const routes: Record<string, Record<string, Handler>> = {
  "/": { GET: (_engine, call) => call.json("Prosa's engine is running") },
  "/api/version": { GET: (_engine, call) => call.json({ version: API_VERSION }) },
  "/api/tags": { GET: listModels },
  "/api/ps": { GET: listLoaded },
  "/api/show": { POST: showModel },
  "/api/chat": { POST: answerChat },
  "/api/generate": { POST: answerGenerate },
  "/api/embed": { POST: answerEmbed },
  "/api/pull": { POST: pullModel },
  "/api/delete": { DELETE: deleteModel },
};

function findHandler(method: string, url: string): Handler {
  const methods = routes[url.split("?", 1)[0] ?? ""];
  if (!methods) throw new Failure(404, "404 page not found");
  const handler = methods[method === "HEAD" ? "GET" : method];
  if (!handler) throw new Failure(405, "405 method not allowed");
  return handler;
}

/** Pages of the web are refused always; with a secret, so is everybody who does not know it. */
function admit(headers: IncomingHttpHeaders, secret: string | undefined): void {
  if (headers.origin !== undefined) throw new Failure(403, "pages of the web may not call this");
  if (secret === undefined) return;
  const hash = (value: string) => createHash("sha256").update(value).digest();
  if (!timingSafeEqual(hash(headers.authorization ?? ""), hash(`Bearer ${secret}`))) {
    throw new Failure(401, "this engine answers its own Prosa only");
  }
}

/** Ollama's HTTP API over the engine; not listening yet. */
export function createEngineServer(engine: Engine, secret?: string): Server {
  async function answer(request: IncomingMessage, call: Call): Promise<void> {
    try {
      admit(request.headers, secret);
      await findHandler(request.method ?? "", request.url ?? "")(engine, call);
    } catch (error) {
      call.fail(error);
    }
  }
  return createServer((request, response) => {
    void answer(request, createCall(request, response));
  });
}
