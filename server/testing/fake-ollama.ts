import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { planAnswer, type FakeAnswer } from "./fake-answer.ts";
import { playAnswer } from "./fake-chat.ts";
import {
  defaultFakeModels,
  fakeModel,
  findModel,
  toLoaded,
  toShow,
  toTag,
  type FakeModel,
} from "./fake-models.ts";
import { playPull } from "./fake-pull.ts";
import { countTokens, refuse, refuseEmbed, type FakeRequestBody } from "./fake-refusal.ts";

/** How a fake is started. */
export interface FakeOllamaOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly models?: readonly FakeModel[];
  /** Off keeps no `requests`, for long measurements. */
  readonly record?: boolean;
}

/** One request that the fake got. */
export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly body: FakeRequestBody;
  /** `chat` and `title` are the calls that make the model write, `load` an empty chat. */
  readonly kind: "chat" | "title" | "load" | "other";
  /** The header of that name, by which a trace goes on. */
  readonly traceparent: string | undefined;
  /** Milliseconds since 1970. */
  readonly startTime: number;
  endTime: number | undefined;
  /** Whether the client left before the end. */
  aborted: boolean;
}

/** A running stand-in for Ollama. */
export interface FakeOllama extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly requests: FakeRequest[];
  /** How often a chat was answered (titles and loads not counted). */
  calls(model?: string): number;
  /** Adds sentinels to every chat, for example `sentinel:hang`; none takes them away. */
  setBehaviour(sentinels?: string): void;
  /** Ends every connection; a fake on the same port may follow. */
  close(): Promise<void>;
}

interface FakeState {
  models: FakeModel[];
  readonly loaded: Set<string>;
  readonly requests: FakeRequest[];
  readonly record: boolean;
  behaviour: string;
}

const version = "0.17.4";

/**
 * Starts a scripted Ollama. What it does is told by a sentinel in the last
 * user message, for example `sentinel:tokens=400,delay=50` or `sentinel:cut`;
 * `fake-answer.ts` knows all of them.
 */
export async function startFakeOllama(options: FakeOllamaOptions = {}): Promise<FakeOllama> {
  const state: FakeState = {
    models: [...(options.models ?? defaultFakeModels)],
    loaded: new Set(),
    requests: [],
    record: options.record ?? true,
    behaviour: "",
  };
  const server = createServer((request, response) => void serve(state, request, response));
  const port = await listen(server, options.port ?? 0);
  const close = () => stop(server);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests: state.requests,
    calls: (model) =>
      state.requests.filter(
        ({ kind, body }) => kind === "chat" && (model === undefined || body.model === model),
      ).length,
    setBehaviour: (sentinels = "") => {
      state.behaviour = sentinels;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function serve(state: FakeState, request: IncomingMessage, response: ServerResponse) {
  const body = await readBody(request);
  const path = request.url ?? "/";
  const answer =
    path === "/api/chat" ? planAnswer(body.messages ?? [], state.behaviour) : undefined;
  const isLoad = answer !== undefined && (body.messages ?? []).length === 0;
  const entry: FakeRequest = {
    method: request.method ?? "GET",
    path,
    body,
    kind: isLoad ? "load" : (answer?.kind ?? "other"),
    traceparent: request.headers["traceparent"]?.toString(),
    startTime: Date.now(),
    endTime: undefined,
    aborted: false,
  };
  if (state.record) state.requests.push(entry);
  const left = new AbortController();
  response.once("close", () => {
    entry.endTime = Date.now();
    entry.aborted = !response.writableFinished;
    left.abort();
  });
  if (answer !== undefined) await serveChat(state, body, answer, response, left.signal);
  else await serveOther(state, `${entry.method} ${path}`, body, response, left.signal);
}

async function serveChat(
  state: FakeState,
  body: FakeRequestBody,
  answer: FakeAnswer,
  response: ServerResponse,
  left: AbortSignal,
): Promise<void> {
  const model = findModel(state.models, body.model ?? "");
  if (model === undefined) return sendError(response, 404, `model '${body.model}' not found`);
  const isLoad = (body.messages ?? []).length === 0;
  const unload = isLoad && (body.keep_alive === 0 || body.keep_alive === "0");
  // To leave its memory a model need not be able to chat.
  if (unload) return sendLoaded(state, model, "unload", response);
  const refusal = refuse(model, body, answer);
  if (refusal !== undefined) return sendError(response, ...refusal);
  if (answer.fault === "hang") return;
  const loadMs = await load(state, model, answer.loadMs, left);
  if (isLoad) return sendLoaded(state, model, "load", response);
  const limit = body.options?.num_predict ?? -1;
  const truncated = limit >= 0 && answer.pieces.length > limit;
  const thinks = model.capabilities.includes("thinking");
  const thinking = thinks && answer.thinking.length === 0 ? ["Hmm, ", "well."] : answer.thinking;
  await playAnswer(response, {
    model: model.name,
    answer: {
      ...answer,
      pieces: truncated ? answer.pieces.slice(0, limit) : answer.pieces,
      thinking: body.think === false ? [] : thinking,
    },
    truncated,
    promptTokens: countTokens(body.messages ?? []),
    loadMs,
    left,
  });
}

async function serveEmbed(
  state: FakeState,
  model: FakeModel,
  body: FakeRequestBody,
  response: ServerResponse,
  left: AbortSignal,
): Promise<void> {
  const texts = [body.input ?? []].flat();
  // The sentinels are those of chats, in any of the texts.
  const answer = planAnswer([{ role: "user", content: texts.join(" ") }], state.behaviour);
  const refusal = refuseEmbed(model, texts, body, answer);
  if (refusal !== undefined) return sendError(response, ...refusal);
  if (answer.fault === "hang") return;
  await load(state, model, answer.loadMs, left);
  sendJson(response, {
    model: body.model,
    embeddings: answer.fault === "cut" ? [] : texts.map(toVector),
    total_duration: 1,
    prompt_eval_count: texts.reduce((sum, text) => sum + countTokens([{ content: text }]), 0),
  });
}

// Texts of one length are the same to it.
function toVector(text: string): number[] {
  const vector = [text.length, 0.5, -0.5];
  return vector.map((value) => value / Math.hypot(...vector));
}

async function load(
  state: FakeState,
  model: FakeModel,
  loadMs: number | undefined,
  left: AbortSignal,
): Promise<number> {
  if (loadMs !== undefined) {
    state.loaded.delete(model.name);
    await sleep(loadMs, undefined, { signal: left }).catch(() => undefined);
  }
  if (!left.aborted) state.loaded.add(model.name);
  return loadMs ?? 0;
}

function sendLoaded(
  state: FakeState,
  model: FakeModel,
  reason: "load" | "unload",
  response: ServerResponse,
): void {
  if (reason === "unload") state.loaded.delete(model.name);
  sendJson(response, {
    model: model.name,
    created_at: new Date().toISOString(),
    message: { role: "assistant", content: "" },
    done: true,
    done_reason: reason,
  });
}

async function serveOther(
  state: FakeState,
  route: string,
  body: FakeRequestBody,
  response: ServerResponse,
  left: AbortSignal,
): Promise<void> {
  const name = body.model ?? body.name ?? "";
  const model = findModel(state.models, name);
  const missing = () => sendError(response, 404, `model '${name}' not found`);
  switch (route) {
    case "GET /":
    case "HEAD /":
      return void response.end("Ollama is running");
    case "GET /api/version":
      return sendJson(response, { version });
    case "GET /api/tags":
      return sendJson(response, { models: state.models.map(toTag) });
    case "GET /api/ps":
      return sendJson(response, {
        models: state.models.filter(({ name }) => state.loaded.has(name)).map(toLoaded),
      });
    case "POST /api/show":
      return model === undefined ? missing() : sendJson(response, toShow(model));
    case "POST /api/embed":
      if (model === undefined) return missing();
      return serveEmbed(state, model, body, response, left);
    case "DELETE /api/delete":
      if (model === undefined) return missing();
      state.models = state.models.filter((other) => other !== model);
      state.loaded.delete(model.name);
      return void response.end();
    case "POST /api/pull":
      if ((await playPull(response, name, left)) && model === undefined) {
        state.models.push(fakeModel(name));
      }
      return;
    default:
      return sendError(response, 404, "404 page not found");
  }
}

function sendJson(response: ServerResponse, value: object, status = 200): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(value));
}

function sendError(response: ServerResponse, status: number, error: string): void {
  sendJson(response, { error }, status);
}

async function readBody(request: IncomingMessage): Promise<FakeRequestBody> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  if (chunks.length === 0) return {};
  return JSON.parse(Buffer.concat(chunks).toString("utf8")) as FakeRequestBody;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
