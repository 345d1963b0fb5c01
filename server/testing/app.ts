import { AdminService } from "#proto/prosa/admin/v1/admin_service_pb.ts";
import { ChatService } from "#proto/prosa/chat/v1/chat_service_pb.ts";
import { MessageService } from "#proto/prosa/chat/v1/message_service_pb.ts";
import { LlmService } from "#proto/prosa/llm/v1/llm_service_pb.ts";
import { ModelService } from "#proto/prosa/llm/v1/model_service_pb.ts";
import { AuthService } from "#proto/prosa/user/v1/auth_service_pb.ts";
import { UserService } from "#proto/prosa/user/v1/user_service_pb.ts";
import type { DatabaseOptions } from "#db/connect.ts";
import { noReplicas, type Replicas } from "#db/replicas.ts";
import {
  createClient,
  createRouterTransport,
  type Interceptor,
  type Transport,
} from "@connectrpc/connect";
import { randomUUID } from "node:crypto";
import { createDeps, type Deps } from "../app.ts";
import { type Config, readConfig } from "../config.ts";
import { createLog, type Log } from "../log.ts";
import { routerOptions, routes } from "../routes.ts";
import { serverClosing } from "../rpc/context.ts";
import { type TestDatabase, testDatabase } from "./database.ts";
import { type FakeOllama, startFakeOllama } from "./fake-ollama.ts";

export type TestApp = AsyncDisposable & {
  deps: Deps;
  database: TestDatabase;
  ollama: FakeOllama;
  /** Clients without a session. */
  stranger: Clients;
  /** Registers somebody; the first one of an app is its administrator. */
  signIn(name?: string): Promise<Person>;
  /** Clients with any token. */
  withToken(token: string): Clients;
  /** Stops this app's replies as at a shutdown, and puts a new one on the same database. */
  restart(): Promise<TestApp>;
};

export type Clients = ReturnType<typeof clientsOf>;
export type Person = Clients & { id: string; email: string; password: string; token: string };

type Options = {
  config?: Partial<Config>;
  databaseOptions?: DatabaseOptions;
  log?: Log;
  ollama?: FakeOllama;
  database?: TestDatabase;
  replicas?: Replicas;
};

/** The whole API over an in-memory transport, with a database of its own and a scripted Ollama. */
export async function testApp(options: Options = {}): Promise<TestApp> {
  const database = options.database ?? (await testDatabase(options.databaseOptions));
  const ollama = options.ollama ?? (await startFakeOllama());
  const config = {
    ...readConfig({ LOG_LEVEL: "silent", PROSA_DATA: "/nonexistent" }),
    ...options.config,
  };
  const deps = createDeps({
    config,
    log: options.log ?? createLog(config.logLevel),
    db: database.database.db,
    replicas: options.replicas ?? noReplicas(database.database.db),
    modelHost: {
      host: () => Promise.resolve({ url: config.ollamaHost ?? ollama.url }),
      embedded: () => false,
      close: () => Promise.resolve(),
    },
  });
  deps.metrics.databases.watch("primary", database.database.usage);
  const withToken = (token: string) => clientsOf(transportOf(deps, token));
  const stranger = withToken("");
  const stop = () => {
    deps.topics.publish(serverClosing);
    return deps.replies.close();
  };
  return {
    deps,
    database,
    ollama,
    stranger,
    withToken,
    signIn: (name = "Ana") => signIn(stranger, withToken, name),
    async restart() {
      await stop();
      return testApp({ ...options, database, ollama });
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await ollama.close();
      await database[Symbol.asyncDispose]();
    },
  };
}

function transportOf(deps: Deps, token: string): Transport {
  const authorize: Interceptor = (next) => (request) => {
    if (token !== "") request.header.set("authorization", `Bearer ${token}`);
    return next(request);
  };
  return createRouterTransport(routes(deps), {
    router: routerOptions(deps),
    transport: { interceptors: [authorize] },
  });
}

export function clientsOf(transport: Transport) {
  return {
    transport,
    auth: createClient(AuthService, transport),
    users: createClient(UserService, transport),
    admin: createClient(AdminService, transport),
    chats: createClient(ChatService, transport),
    messages: createClient(MessageService, transport),
    models: createClient(ModelService, transport),
    llm: createClient(LlmService, transport),
  };
}

async function signIn(stranger: Clients, withToken: (token: string) => Clients, name: string) {
  const email = `${name.toLowerCase()}-${randomUUID().slice(0, 8)}@example.org`;
  const password = "a long enough password";
  const { user, sessionToken } = await stranger.auth.register({
    email,
    password,
    displayName: name,
  });
  return { ...withToken(sessionToken), id: user!.id, email, password, token: sessionToken };
}
