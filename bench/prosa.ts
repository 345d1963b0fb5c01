import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-node";
import { ChatService } from "#proto/prosa/chat/v1/chat_service_pb.ts";
import { AuthService } from "#proto/prosa/user/v1/auth_service_pb.ts";
import { freePort, startChild, waitFor, type Child } from "./child.ts";
import { benchModel } from "./fake.ts";
import { commandOf, descendants } from "./usage.ts";

/** Prosa's server in a process of its own, on an embedded PostgreSQL of its own. */
export interface Prosa extends AsyncDisposable {
  readonly url: string;
  readonly child: Child;
  /** From the start of the process to its first answered call. */
  readonly startMs: number;
  readonly dataFolder: string;
  /** The PostgreSQL processes that the server has started. */
  postgresPids(): number[];
}

/** How Prosa is started. */
export interface ProsaOptions {
  /** Absent lets Prosa start its own engine. */
  readonly ollamaUrl?: string;
  /** Absent lets Prosa start a PostgreSQL of its own. */
  readonly databaseUrl?: string;
  /** Absent makes a folder that is removed at the end. */
  readonly dataFolder?: string;
  /** Absent shares the one of all measurements. */
  readonly compileCache?: string;
  /** Arguments of Node before the program, for profiles. */
  readonly nodeArguments?: readonly string[];
}

export async function startProsa(options: ProsaOptions): Promise<Prosa> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const dataFolder = options.dataFolder ?? makeFolder();
  const since = performance.now();
  const child = startChild([...(options.nodeArguments ?? []), "server/main.ts"], {
    PORT: String(port),
    PROSA_DATA: dataFolder,
    OLLAMA_PARALLEL: "64",
    RATE_LIMIT: "off",
    ...(options.compileCache === undefined ? {} : { NODE_COMPILE_CACHE: options.compileCache }),
    ...(options.databaseUrl === undefined ? {} : { DATABASE_URL: options.databaseUrl }),
    ...(options.ollamaUrl === undefined ? {} : { OLLAMA_HOST: options.ollamaUrl }),
  });
  const startMs = await waitFor(() => answersCalls(url), child, since);
  return {
    url,
    child,
    startMs,
    dataFolder,
    postgresPids: () => descendants(child.pid).filter((pid) => /postgres/.test(commandOf(pid))),
    [Symbol.asyncDispose]: async () => {
      await child.stop();
      if (options.dataFolder === undefined) rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

/** An empty folder, to be removed by who asked for it. */
export function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), "prosa-bench-data-"));
}

/** Whether a unary call comes back; the relay answers the same one. */
export async function answersCalls(url: string): Promise<boolean> {
  const response = await fetch(`${url}/prosa.user.v1.AuthService/GetRegistrationPolicy`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  await response.arrayBuffer();
  return response.ok;
}

/** A registered user who is signed in. */
export interface BenchUser {
  readonly email: string;
  readonly password: string;
  readonly token: string;
}

/** Registers users one after another. */
export async function registerUsers(url: string, count: number): Promise<BenchUser[]> {
  const client = createClient(
    AuthService,
    createGrpcWebTransport({ baseUrl: url, httpVersion: "1.1" }),
  );
  const users: BenchUser[] = [];
  const password = "correct horse battery";
  for (let index = 0; index < count; index++) {
    const email = `user-${index}-${Date.now()}@example.com`;
    const { sessionToken } = await client.register({ email, password, displayName: "Bench" });
    users.push({ email, password, token: sessionToken });
  }
  return users;
}

/** Creates a chat that has a title already, so that the model is asked once for each message. */
export async function createChat(url: string, token: string): Promise<string> {
  const client = createClient(
    ChatService,
    createGrpcWebTransport({ baseUrl: url, httpVersion: "1.1" }),
  );
  const headers = { authorization: `Bearer ${token}` };
  const { chat } = await client.createChat({ title: "Bench", model: benchModel }, { headers });
  return chat?.id ?? "";
}
