import { Health } from "#proto/grpc/health/v1/health_pb.ts";
import { ServerReflection } from "#proto/grpc/reflection/v1/reflection_pb.ts";
import { ServerReflection as ServerReflectionAlpha } from "#proto/grpc/reflection/v1alpha/reflection_pb.ts";
import { AdminService } from "#proto/prosa/admin/v1/admin_service_pb.ts";
import { ChatService } from "#proto/prosa/chat/v1/chat_service_pb.ts";
import { MessageService } from "#proto/prosa/chat/v1/message_service_pb.ts";
import { LlmService } from "#proto/prosa/llm/v1/llm_service_pb.ts";
import { ModelService } from "#proto/prosa/llm/v1/model_service_pb.ts";
import { SchemaService } from "#proto/prosa/rpc/v1/schema_service_pb.ts";
import { AuthService } from "#proto/prosa/user/v1/auth_service_pb.ts";
import { UserService } from "#proto/prosa/user/v1/user_service_pb.ts";
import { Averager } from "#proto/study/averager_pb.ts";
import { Chat } from "#proto/study/chat_pb.ts";
import { Greeter } from "#proto/study/greeter_pb.ts";
import { Streamer } from "#proto/study/streamer_pb.ts";
import type { ConnectRouter, ConnectRouterOptions } from "@connectrpc/connect";
import { adminService } from "./admin/admin-service.ts";
import type { Deps } from "./app.ts";
import { chatService } from "./chat/chat-service.ts";
import { messageService } from "./chat/message-service.ts";
import { MAX_DEADLINE, MAX_REQUEST_BYTES } from "./limits.ts";
import { llmService } from "./llm/llm-service.ts";
import { modelService } from "./llm/model-service.ts";
import { createGate } from "./rpc/gate.ts";
import { healthService } from "./rpc/health.ts";
import { createCallInterceptor } from "./rpc/logging.ts";
import { reflectionService } from "./rpc/reflection.ts";
import { schemaService } from "./rpc/schema-service.ts";
import { createSchema } from "./rpc/schema.ts";
import { createWriteNotes } from "./rpc/write-notes.ts";
import { createValidation } from "./rpc/validation.ts";
import { averagerService } from "./study/averager-service.ts";
import { chatService as studyChatService } from "./study/chat-service.ts";
import { greeterService } from "./study/greeter-service.ts";
import { streamerService } from "./study/streamer-service.ts";
import { authService } from "./user/auth-service.ts";
import { userService } from "./user/user-service.ts";

/** The whole API. */
export function routes(deps: Deps) {
  return (router: ConnectRouter) => {
    router
      .service(AuthService, authService(deps))
      .service(UserService, userService(deps))
      .service(AdminService, adminService(deps))
      .service(ChatService, chatService(deps))
      .service(MessageService, messageService(deps))
      .service(ModelService, modelService(deps))
      .service(LlmService, llmService(deps));
    discovery(router, deps);
    studyServices(router, deps);
  };
}

/** By which clients find out what is served, and whether it works. */
function discovery(router: ConnectRouter, deps: Deps) {
  const served = () => [...new Set(router.handlers.map(({ service }) => service))];
  const schema = createSchema(served);
  const reflection = reflectionService(deps, schema);
  router
    .service(SchemaService, schemaService(schema))
    .service(ServerReflection, reflection)
    .service(ServerReflectionAlpha, reflection)
    .service(
      Health,
      healthService(deps, () => served().map(({ typeName }) => typeName)),
    );
}

/** The report's four programs, one for each of gRPC's call types. */
function studyServices(router: ConnectRouter, deps: Deps) {
  router
    .service(Greeter, greeterService())
    .service(Streamer, streamerService(deps))
    .service(Averager, averagerService(deps))
    .service(Chat, studyChatService(deps));
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
    interceptors: [
      createCallInterceptor(deps),
      ...(deps.replicas.any ? [createWriteNotes(deps.replicas)] : []),
      createValidation(),
    ],
    readMaxBytes: MAX_REQUEST_BYTES,
    maxTimeoutMs: MAX_DEADLINE,
    jsonOptions,
  } satisfies Partial<ConnectRouterOptions>;
}
