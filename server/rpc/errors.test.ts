import { ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import { GenerateRole, LlmService } from "#proto/prosa/llm/v1/llm_service_pb.ts";
import { UserService } from "#proto/prosa/user/v1/user_service_pb.ts";
import { createClient, createRouterTransport } from "@connectrpc/connect";
import { sql } from "drizzle-orm";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { AppError, type Reason } from "../errors.ts";
import { routerOptions } from "../routes.ts";
import type { Person, TestApp } from "../testing/app.ts";
import { capturedLog } from "../testing/captured-log.ts";
import { failureOf, readFailure } from "../testing/failure.ts";
import { type ServedApp, servedApp } from "../testing/served-app.ts";
import { toConnectError, toErrorReason } from "./errors.ts";

const captured = capturedLog();
const reasons = Object.keys(ErrorReason).filter((name) => name !== "UNSPECIFIED") as Reason[];

let served: ServedApp;
let app: TestApp;
let ana: Person;

beforeAll(async () => {
  served = await servedApp({ log: captured.log });
  app = served.app;
  ana = await app.signIn("Ana");
});
beforeEach(() => void captured.lines.splice(0));
afterAll(() => served[Symbol.asyncDispose]());

test.each(reasons)("%s comes with the code that the contract names", (reason) => {
  const proto = readFileSync(
    join(import.meta.dirname, "../../proto/prosa/rpc/v1/error.proto"),
    "utf8",
  );
  const comment = new RegExp(`((?: *//.*\n)+) *ERROR_REASON_${reason} =`).exec(proto)![1]!;
  const documented = /code\s*(?:\/\/)?\s*`(\w+)`/.exec(comment)?.[1];
  const sent = readFailure(toConnectError(new AppError(reason, "words"), "id", captured.log));
  expect(sent).toMatchObject({ reason, message: "words" });
  const code = sent.code.replaceAll(/(?<=.)[A-Z]/g, "_$&").toLowerCase();
  if (documented === undefined) expect(comment).toContain("never at a call");
  else expect(code).toBe(documented);
});

test("what belongs to something that was deleted meanwhile finds nothing to belong to", async () => {
  const { chat } = await ana.chats.createChat({ title: "Hers" });
  const orphaned = app.deps.db.execute(sql`
    insert into messages (id, chat_id, user_id, role, status, text, thinking, model, options)
    values (${randomUUID()}, ${chat!.id}, ${randomUUID()}, 'user', 'complete', '', '', '', '{}')`);
  const thrown: unknown = await orphaned.then(undefined, (error: unknown) => error);
  const sent = readFailure(toConnectError(thrown, "id", captured.log));
  expect(sent).toMatchObject({ code: "NotFound", reason: "NOT_FOUND" });
  expect(captured.lines).toHaveLength(1);
});

test("a reason of another version is unspecified", () => {
  expect(toErrorReason("FROM_THE_FUTURE")).toBe(ErrorReason.UNSPECIFIED);
});

test("an error carries its metadata and its delay", () => {
  const error = new AppError("TOO_MANY_REPLIES", "Too many.", {
    metadata: { limit: "32" },
    retryDelay: 1500,
  });
  expect(readFailure(toConnectError(error, "id", captured.log))).toMatchObject({
    metadata: { limit: "32" },
    retryDelay: 1500,
  });
});

test("a database that is away or too slow is no unexpected error", () => {
  for (const [code, expected] of [
    ["ECONNREFUSED", { code: "Unavailable", reason: "DATABASE_UNAVAILABLE", retryDelay: 1000 }],
    ["57P01", { code: "Unavailable", reason: "DATABASE_UNAVAILABLE" }],
    ["57014", { code: "DeadlineExceeded", reason: "DEADLINE_EXCEEDED" }],
  ] as const) {
    const thrown = new Error("query", { cause: Object.assign(new Error("inner"), { code }) });
    const failure = readFailure(toConnectError(thrown, "id", captured.log));
    expect(failure).toMatchObject(expected);
    expect(failure.message).not.toContain("inner");
  }
  expect(captured.lines).toEqual([]);
});

test("a full disk is told to the caller, and logged for who can make room", () => {
  const inner = Object.assign(new Error("could not extend file"), { code: "53100" });
  const failure = readFailure(
    toConnectError(new Error("query", { cause: inner }), "id", captured.log),
  );
  expect(failure).toMatchObject({ code: "ResourceExhausted", reason: "DATABASE_FULL" });
  expect(captured.lines).toMatchObject([{ requestId: "id", msg: "the database's disk is full" }]);
  captured.lines.length = 0;
});

test("what nobody expected is redacted and logged once, in full and by its request id", async () => {
  const users = createClient(
    UserService,
    transport((router) =>
      router.service(UserService, {
        getCurrentUser() {
          throw new TypeError("the secret inside", { cause: new Error("deeper") });
        },
      }),
    ),
  );
  const failure = await failureOf(users.getCurrentUser({}));
  expectRedacted(failure, "the secret inside");
});

test("an unexpected error within a stream is redacted and logged in the same way", async () => {
  const llm = createClient(
    LlmService,
    transport((router) =>
      router.service(LlmService, {
        async *generate() {
          yield { event: { case: "delta" as const, value: { text: "so far" } } };
          throw new TypeError("the secret inside", { cause: new Error("deeper") });
        },
      }),
    ),
  );
  const seen: unknown[] = [];
  const reading = (async () => {
    for await (const { event } of llm.generate({
      messages: [{ role: GenerateRole.USER, text: "Hi" }],
    })) {
      seen.push(event.value);
    }
  })();
  expectRedacted(await failureOf(reading), "the secret inside");
  expect(seen).toMatchObject([{ text: "so far" }]);
});

test("an expected error within a stream keeps its reason", async () => {
  const messages = [{ role: GenerateRole.USER, text: "sentinel:error-midway" }];
  const failure = await failureOf(ana.llm.generate({ messages }));
  expect(failure).toMatchObject({ code: "Unavailable", reason: "MODEL_FAILED" });
  expect(calls()).toMatchObject([{ code: "unavailable", level: 30 }]);
});

test("each call is one line with its method, code, user and time", async () => {
  await ana.users.getCurrentUser({});
  await failureOf(app.stranger.users.getCurrentUser({}));
  await failureOf(ana.chats.getChat({ chatId: "nonsense" }));
  const line = { msg: "call", ms: expect.any(Number), requestId: expect.any(String) };
  expect(captured.lines).toMatchObject([
    { ...line, method: "prosa.user.v1.UserService/GetCurrentUser", code: "ok", user: ana.id },
    { ...line, method: "prosa.user.v1.UserService/GetCurrentUser", code: "unauthenticated" },
    {
      ...line,
      method: "prosa.chat.v1.ChatService/GetChat",
      code: "invalid_argument",
      user: ana.id,
    },
  ]);
});

test("a stream that its reader leaves is one line, canceled", async () => {
  const leave = new AbortController();
  const messages = [{ role: GenerateRole.USER, text: "sentinel:tokens=50,delay=20" }];
  const { llm } = served.clients({ authorization: `Bearer ${ana.token}` });
  const stream = llm.generate({ messages }, { signal: leave.signal });
  const failure = await failureOf(
    (async () => {
      for await (const _ of stream) leave.abort();
    })(),
  );
  expect(failure.code).toBe("Canceled");
  await expect.poll(calls).toMatchObject([{ code: "canceled", level: 30 }]);
});

test("the log holds no password, no token and nothing that people write", async () => {
  const secret = "correct-horse-battery";
  const email = "private@example.org";
  const { sessionToken } = await app.stranger.auth.register({
    email,
    password: secret,
    displayName: "Private",
  });
  const { auth, chats, messages, llm } = app.withToken(sessionToken);
  await failureOf(app.stranger.auth.login({ email, password: `${secret}-wrong` }));
  await auth.changePassword({ currentPassword: secret, newPassword: `${secret}-new` });
  const { chat } = await chats.createChat({});
  const text = `my diary ${secret}`;
  const sent = { chatId: chat!.id, text: `${text} sentinel:no-title,echo` };
  for await (const _ of messages.sendMessage({ ...sent, requestId: randomUUID() }));
  const broken = { chatId: chat!.id, text: `${text} sentinel:error-midway` };
  for await (const _ of messages.sendMessage({ ...broken, requestId: randomUUID() }));
  await failureOf(
    llm.generate({ messages: [{ role: GenerateRole.USER, text: `${text} sentinel:cut` }] }),
  );
  await app.deps.db.execute(
    sql`alter table chats add constraint "on_purpose" check ("title" not like 'my diary%') not valid`,
  );
  const unexpected = await failureOf(chats.updateChat({ chatId: chat!.id, title: text }));
  await app.deps.db.execute(sql`alter table chats drop constraint "on_purpose"`);
  expect(unexpected.code).toBe("Internal");
  expect(captured.text()).toContain("on_purpose");
  for (const word of [secret, "my diary", sessionToken, email]) {
    expect(captured.text()).not.toContain(word);
  }
});

function transport(routes: Parameters<typeof createRouterTransport>[0]) {
  return createRouterTransport(routes, {
    router: routerOptions(app.deps),
    transport: {
      interceptors: [
        (next) => (request) => {
          request.header.set("authorization", `Bearer ${ana.token}`);
          return next(request);
        },
      ],
    },
  });
}

function calls() {
  return captured.lines.filter(({ msg }) => msg === "call");
}

function expectRedacted(failure: Awaited<ReturnType<typeof failureOf>>, secret: string) {
  const requestId = failure.metadata["request_id"];
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(failure).toMatchObject({
    code: "Internal",
    message: "internal error",
    reason: "UNSPECIFIED",
  });
  expect(JSON.stringify(failure)).not.toContain(secret);
  expect(captured.lines).toMatchObject([
    {
      level: 50,
      requestId,
      msg: "unexpected error",
      err: { type: "TypeError", message: secret, cause: { message: "deeper" } },
    },
    { level: 50, requestId, msg: "call", code: "internal" },
  ]);
  expect(captured.lines[0]).toHaveProperty("err.stack", expect.stringContaining("errors.test.ts"));
}
