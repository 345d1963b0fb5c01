import { Code, ConnectError, createClient } from "@connectrpc/connect";
import type { Interceptor, Transport } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { ChatService } from "#proto/prosa/chat/v1/chat_service_pb.ts";
import { MessageService } from "#proto/prosa/chat/v1/message_service_pb.ts";
import { ModelService } from "#proto/prosa/llm/v1/model_service_pb.ts";
import { ErrorDetailSchema, ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import { AuthService } from "#proto/prosa/user/v1/auth_service_pb.ts";
import { UserService } from "#proto/prosa/user/v1/user_service_pb.ts";

/** How long a unary call may take, in milliseconds. Streams have no limit of their own. */
export const UNARY_TIMEOUT_MS = 20_000;

const signInListeners = new Set<() => void>();

/** Calls back whenever the server says that nobody is signed in. */
export function onSignInRequired(listener: () => void): void {
  signInListeners.add(listener);
}

function inspect(error: unknown): never {
  const failure = ConnectError.from(error);
  const [detail] = failure.findDetails(ErrorDetailSchema);
  if (failure.code === Code.Unauthenticated && detail?.reason === ErrorReason.SIGN_IN_REQUIRED) {
    for (const listener of signInListeners) listener();
  }
  throw error;
}

async function* inspectStream<T>(messages: AsyncIterable<T>): AsyncIterable<T> {
  try {
    yield* messages;
  } catch (error) {
    inspect(error);
  }
}

/** Tells the listeners of `onSignInRequired`; for unary calls and for errors inside streams. */
export const watchSignIn: Interceptor = (next) => async (request) => {
  const response = await next(request).catch(inspect);
  return response.stream ? { ...response, message: inspectStream(response.message) } : response;
};

let target: Transport = createGrpcWebTransport({
  baseUrl: location.origin,
  interceptors: [watchSignIn],
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

export const authClient = createClient(AuthService, transport);
export const userClient = createClient(UserService, transport);
export const chatClient = createClient(ChatService, transport);
export const messageClient = createClient(MessageService, transport);
export const modelClient = createClient(ModelService, transport);
