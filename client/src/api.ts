import type { DescService } from "@bufbuild/protobuf";
import { type Client, ConnectError, createClient } from "@connectrpc/connect";
import type { Interceptor, Transport } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { ChatService } from "#proto/prosa/chat/v1/chat_service_pb.ts";
import { MessageService } from "#proto/prosa/chat/v1/message_service_pb.ts";
import { ModelService } from "#proto/prosa/llm/v1/model_service_pb.ts";
import { ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import { AuthService } from "#proto/prosa/user/v1/auth_service_pb.ts";
import { UserService } from "#proto/prosa/user/v1/user_service_pb.ts";
import { hasReason, isCanceled, isUnreachable } from "./errors.ts";
import { newTraceparent } from "./traceparent.ts";

/** How long a unary call may take, in milliseconds. Streams have no limit of their own. */
export const UNARY_TIMEOUT_MS = 20_000;

type Listener<T> = (value: T) => void;

function createTopic<T>() {
  const listeners = new Set<Listener<T>>();
  return {
    publish: (value: T) => listeners.forEach((listener) => listener(value)),
    subscribe: (listener: Listener<T>) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

const signIn = createTopic<void>();
const reachability = createTopic<boolean>();

/** Calls back whenever the server says that nobody is signed in. */
export const onSignInRequired = signIn.subscribe;

/** Calls back after each call with whether the server answered at all, be it with an error. */
export const onReachable = reachability.subscribe;

function inspect(error: unknown): never {
  const failure = ConnectError.from(error);
  if (hasReason(failure, ErrorReason.SIGN_IN_REQUIRED)) signIn.publish();
  if (!isCanceled(failure)) reachability.publish(!isUnreachable(failure));
  throw error;
}

async function* inspectStream<T>(messages: AsyncIterable<T>): AsyncIterable<T> {
  try {
    yield* messages;
  } catch (error) {
    inspect(error);
  }
}

/** Tells the listeners above how each call went; for unary calls and for errors inside streams. */
export const inspectCalls: Interceptor = (next) => async (request) => {
  const response = await next(request).catch(inspect);
  reachability.publish(true);
  return response.stream ? { ...response, message: inspectStream(response.message) } : response;
};

/** Lets the server's traces, if it keeps any, begin where a person has done something. */
export const traceCalls: Interceptor = (next) => (request) => {
  request.header.set("traceparent", newTraceparent());
  return next(request);
};

let carry: typeof fetch | undefined;

/** Has every call of this page made by another `fetch`, which may watch it; by the browser's without one. */
export function useFetch(other?: typeof fetch): void {
  carry = other;
}

let target: Transport = createGrpcWebTransport({
  baseUrl: location.origin,
  interceptors: [inspectCalls, traceCalls],
  fetch: (input, init) => (carry ?? fetch)(input, init),
});

/** Sends every call through another transport; for tests. */
export function useTransport(transport: Transport): void {
  target = transport;
}

const transport: Transport = {
  unary: (method, signal, timeoutMs, header, input, values) =>
    target.unary(method, signal, timeoutMs ?? UNARY_TIMEOUT_MS, header, input, values),
  stream: (method, signal, timeoutMs, header, input, values) =>
    target.stream(method, signal, timeoutMs, header, input, values),
};

/** The services that this page has clients of. */
export const services: DescService[] = [];

/** A client of a service, over the one transport of the page. */
export function clientOf<T extends DescService>(service: T): Client<T> {
  services.push(service);
  return createClient(service, transport);
}

export const authClient = clientOf(AuthService);
export const userClient = clientOf(UserService);
export const chatClient = clientOf(ChatService);
export const messageClient = clientOf(MessageService);
export const modelClient = clientOf(ModelService);
