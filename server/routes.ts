import { ChatService } from "#proto/prosa/chat/v1/chat_service_pb.ts";
import { MessageService } from "#proto/prosa/chat/v1/message_service_pb.ts";
import { LlmService } from "#proto/prosa/llm/v1/llm_service_pb.ts";
import { ModelService } from "#proto/prosa/llm/v1/model_service_pb.ts";
import { AuthService } from "#proto/prosa/user/v1/auth_service_pb.ts";
import { UserService } from "#proto/prosa/user/v1/user_service_pb.ts";
import type { ConnectRouter, ConnectRouterOptions } from "@connectrpc/connect";
import { createValidateInterceptor } from "@connectrpc/validate";
import type { Deps } from "./app.ts";
import { chatService } from "./chat/chat-service.ts";
import { messageService } from "./chat/message-service.ts";
import { MAX_DEADLINE, MAX_REQUEST_BYTES } from "./limits.ts";
import { llmService } from "./llm/llm-service.ts";
import { modelService } from "./llm/model-service.ts";
import { createGate } from "./rpc/gate.ts";
import { createCallInterceptor } from "./rpc/logging.ts";
import { authService } from "./user/auth-service.ts";
import { userService } from "./user/user-service.ts";

/** The whole API. */
export function routes(deps: Deps) {
  return (router: ConnectRouter) => {
    router
      .service(AuthService, authService(deps))
      .service(UserService, userService(deps))
      .service(ChatService, chatService(deps))
      .service(MessageService, messageService(deps))
      .service(ModelService, modelService(deps))
      .service(LlmService, llmService(deps));
  };
}

// Text that is not UTF-8 is refused, as in the binary format, and not repaired. The decoder is an
// option that connect honours without declaring it; unknown fields are those of newer clients.
const jsonOptions = {
  ignoreUnknownFields: true,
  textDecoder: new TextDecoder("utf-8", { fatal: true }),
};

/** What every call goes through: the gate before its body, then the interceptors from first to last. */
export function routerOptions(deps: Deps) {
  return {
    requestGate: createGate(deps),
    interceptors: [createCallInterceptor(deps.log), createValidateInterceptor()],
    readMaxBytes: MAX_REQUEST_BYTES,
    maxTimeoutMs: MAX_DEADLINE,
    jsonOptions,
  } satisfies Partial<ConnectRouterOptions>;
}
