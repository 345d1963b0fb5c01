import * as chatService from "#proto/prosa/chat/v1/chat_service_pb.ts";
import * as messageService from "#proto/prosa/chat/v1/message_service_pb.ts";
import * as modelService from "#proto/prosa/llm/v1/model_service_pb.ts";
import * as authService from "#proto/prosa/user/v1/auth_service_pb.ts";
import * as userService from "#proto/prosa/user/v1/user_service_pb.ts";
import { createRegistry, fromBinary } from "@bufbuild/protobuf";
import type { Interceptor } from "@connectrpc/connect";
import type { BrowserContext } from "playwright-core";

/** Shorter texts are words that stand in any log. */
const LEAST_LENGTH = 8;
const FRAME_HEADER = 5;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** What is said by these names is no text of a person and no secret. */
const PLAIN = new Set(["$typeName", "model", "locale", "theme"]);
const SECRET = /(token|invitation|code)$/i;

const registry = createRegistry(
  authService.AuthService,
  userService.UserService,
  chatService.ChatService,
  messageService.MessageService,
  modelService.ModelService,
);

/** What the people of this file's journeys have written, and the secrets that they were given. */
export const written = new Set<string>();

export function remember(text: string): void {
  if (text.length >= LEAST_LENGTH && !UUID.test(text)) written.add(text);
}

/** What of it stands in a log, as it is or in the form of JSON. */
export function leaksIn(log: string): string[] {
  const escaped = (text: string) => JSON.stringify(text).slice(1, -1);
  return [...written].filter((text) => log.includes(text) || log.includes(escaped(text)));
}

function rememberTexts(value: unknown, only?: RegExp, name = ""): void {
  if (typeof value === "string" && !PLAIN.has(name) && (only?.test(name) ?? true)) remember(value);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return;
  for (const [inner, one] of Object.entries(value)) {
    rememberTexts(one, only, Array.isArray(value) ? name : inner);
  }
}

/** Remembers what a program sends, and the tokens that it gets. */
export const rememberCalls: Interceptor = (next) => async (request) => {
  if (!request.stream) rememberTexts(request.message);
  const response = await next(
    request.stream ? { ...request, message: rememberEach(request.message) } : request,
  );
  if (!response.stream) rememberTexts(response.message, SECRET);
  return response;
};

async function* rememberEach<T>(messages: AsyncIterable<T>): AsyncIterable<T> {
  for await (const message of messages) {
    rememberTexts(message);
    yield message;
  }
}

/** Remembers what a browser sends in calls; its cookies are to be remembered before it is closed. */
export function rememberBrowser(context: BrowserContext): void {
  context.on("request", (request) => {
    const [service = "", method = ""] = new URL(request.url()).pathname.split("/").slice(1);
    const input = registry.getService(service)?.methods.find(({ name }) => name === method)?.input;
    const body = request.postDataBuffer();
    if (input === undefined || body === null || body.length < FRAME_HEADER) return;
    // Of a long body the browser tells only a part.
    const isWhole = body.readUInt32BE(1) === body.length - FRAME_HEADER;
    if (isWhole) rememberTexts(fromBinary(input, body.subarray(FRAME_HEADER)));
  });
}

export async function rememberCookies(context: BrowserContext): Promise<void> {
  for (const { value } of await context.cookies()) remember(value);
}
