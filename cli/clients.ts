import { ChatService } from "#proto/prosa/chat/v1/chat_service_pb.ts";
import { MessageService } from "#proto/prosa/chat/v1/message_service_pb.ts";
import { LlmService } from "#proto/prosa/llm/v1/llm_service_pb.ts";
import { ModelService } from "#proto/prosa/llm/v1/model_service_pb.ts";
import { AuthService } from "#proto/prosa/user/v1/auth_service_pb.ts";
import { UserService } from "#proto/prosa/user/v1/user_service_pb.ts";
import { createClient, type Interceptor } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";

export type Clients = ReturnType<typeof connect>;

/** How long a unary call may take. Streams, and calls that say so, have no limit. */
const UNARY_TIMEOUT = 20_000;
/** A connection that is dead without saying so is noticed after these two together. */
const PING_INTERVAL = 15_000;
const PING_TIMEOUT = 5_000;

/** gRPC over one HTTP/2 connection. */
export function connect(server: string, token: string | undefined) {
  const authorize: Interceptor = (next) => (request) => {
    if (token !== undefined) request.header.set("authorization", `Bearer ${token}`);
    request.header.set("user-agent", `prosa-cli/${process.platform}`);
    return next(request);
  };
  const sessionManager = new Http2SessionManager(server, {
    pingIntervalMs: PING_INTERVAL,
    pingTimeoutMs: PING_TIMEOUT,
  });
  const grpc = createGrpcTransport({
    baseUrl: server,
    interceptors: [authorize],
    sessionManager,
  });
  const transport: typeof grpc = {
    unary: (method, signal, timeoutMs, ...rest) =>
      grpc.unary(method, signal, timeoutMs ?? UNARY_TIMEOUT, ...rest),
    stream: (...call) => grpc.stream(...call),
  };
  return {
    auth: createClient(AuthService, transport),
    users: createClient(UserService, transport),
    chats: createClient(ChatService, transport),
    messages: createClient(MessageService, transport),
    models: createClient(ModelService, transport),
    llm: createClient(LlmService, transport),
    close: () => sessionManager.abort(),
  };
}
