import { Access } from "#proto/prosa/rpc/v1/access_pb.ts";
import { Scope } from "#proto/prosa/user/v1/access_token_pb.ts";
import { accessTokens, sessions } from "#db/schema/index.ts";
import type { DescMethod, DescMethodStreaming, DescMethodUnary } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel as Idempotency } from "@bufbuild/protobuf/wkt";
import { createConnectRouter, type Transport } from "@connectrpc/connect";
import { eq, sql } from "drizzle-orm";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { routes } from "../routes.ts";
import { type Clients, type Person, type TestApp, testApp } from "../testing/app.ts";
import { type Failure, failureOf } from "../testing/failure.ts";
import { createAccessToken, createToken } from "../user/tokens.ts";
import { accessOf } from "./gate.ts";

/** Ids of things that belong to somebody. */
type Ids = { chat: string; reply: string; session: string; accessToken: string };

type Rule = {
  access: "public" | "user" | "admin" | "session" | "admin session";
  /** A request that succeeds for their owner; by default an empty one. */
  request?: (ids: Ids) => Record<string, unknown>;
  /** The code that even an allowed caller gets, where the request cannot succeed. */
  fails?: string;
  /** A stream without an end of its own. */
  endless?: true;
};

const rules: Record<string, Rule> = {
  "AuthService.GetRegistrationPolicy": { access: "public" },
  "AuthService.Register": {
    access: "public",
    request: () => ({
      email: `${randomUUID()}@example.org`,
      password: "long enough",
      displayName: "Cy",
    }),
  },
  "AuthService.Login": {
    access: "public",
    request: () => ({ email: owner.email, password: owner.password }),
  },
  "AuthService.Logout": { access: "session" },
  "AuthService.ChangePassword": {
    access: "session",
    request: () => ({ currentPassword: "a long enough password", newPassword: "another password" }),
  },
  "AuthService.ListSessions": { access: "user" },
  "AuthService.RevokeSession": {
    access: "session",
    request: ({ session }) => ({ sessionId: session }),
  },
  "AuthService.CreateAccessToken": {
    access: "session",
    request: () => ({ name: "Mine", scope: Scope.READ }),
  },
  "AuthService.ListAccessTokens": { access: "user" },
  "AuthService.RevokeAccessToken": {
    access: "session",
    request: ({ accessToken }) => ({ accessTokenId: accessToken }),
  },
  "AuthService.CreateInvitation": { access: "admin session" },
  "AuthService.ListInvitations": { access: "admin" },
  "AuthService.RevokeInvitation": {
    access: "admin session",
    request: () => ({ invitationId: randomUUID() }),
    fails: "NotFound",
  },
  "AdminService.GetSettings": { access: "admin" },
  "AdminService.UpdateSettings": { access: "admin session" },
  "AdminService.ListRunningReplies": { access: "admin" },
  "AdminService.StopRunningReply": {
    access: "admin",
    request: () => ({ replyId: randomUUID() }),
    fails: "NotFound",
  },
  "AdminService.GetHealth": { access: "admin" },
  "AdminService.ListAuditEvents": { access: "admin" },
  "UserService.GetCurrentUser": { access: "user" },
  "UserService.UpdateCurrentUser": { access: "user", request: () => ({ displayName: "Changed" }) },
  "UserService.DeleteCurrentUser": {
    access: "session",
    request: () => ({ password: "a long enough password" }),
  },
  "UserService.ListUsers": { access: "admin" },
  "UserService.UpdateUser": {
    access: "admin session",
    request: () => ({ userId: randomUUID(), disabled: true }),
    fails: "NotFound",
  },
  "ChatService.CreateChat": { access: "user", request: () => ({ title: "Mine" }) },
  "ChatService.GetChat": { access: "user", request: ({ chat }) => ({ chatId: chat }) },
  "ChatService.ListChats": { access: "user" },
  "ChatService.UpdateChat": {
    access: "user",
    request: ({ chat }) => ({ chatId: chat, title: "Changed", model: "fake-think:1b" }),
  },
  "ChatService.DeleteChat": { access: "user", request: ({ chat }) => ({ chatId: chat }) },
  "ChatService.SearchMessages": { access: "user", request: () => ({ query: "words" }) },
  "ChatService.UndeleteChat": { access: "user", request: ({ chat }) => ({ chatId: chat }) },
  "ChatService.ExportChats": { access: "user" },
  "ChatService.ImportChats": {
    access: "user",
    request: () => ({ part: { case: "format", value: 1 } }),
  },
  "ChatService.ImportChatsPart": {
    access: "user",
    request: () => ({ importId: randomUUID(), format: 1, last: true }),
  },
  "MessageService.ListMessages": { access: "user", request: ({ chat }) => ({ chatId: chat }) },
  "MessageService.SendMessage": {
    access: "user",
    request: ({ chat, reply }) => ({
      chatId: chat,
      parentId: reply,
      requestId: randomUUID(),
      text: "And then?",
    }),
  },
  "MessageService.FollowReply": { access: "user", request: ({ reply }) => ({ messageId: reply }) },
  "MessageService.StopReply": { access: "user", request: ({ reply }) => ({ messageId: reply }) },
  "MessageService.RegenerateReply": {
    access: "user",
    request: ({ reply }) => ({ messageId: reply, requestId: randomUUID() }),
  },
  "MessageService.ContinueReply": {
    access: "user",
    request: ({ reply }) => ({ messageId: reply, requestId: randomUUID() }),
  },
  "MessageService.EditMessage": {
    access: "user",
    request: ({ reply }) => ({ messageId: reply, requestId: randomUUID(), text: "Better" }),
  },
  "MessageService.DeleteMessage": {
    access: "user",
    request: ({ reply }) => ({ messageId: reply }),
  },
  "MessageService.RateMessage": {
    access: "user",
    request: ({ reply }) => ({ messageId: reply, rating: 1 }),
  },
  "MessageService.Converse": {
    access: "user",
    request: () => ({ request: { case: "open", value: {} } }),
  },
  "ModelService.ListModels": { access: "user" },
  "ModelService.GetModel": { access: "user", request: () => ({ model: "fake:1b" }) },
  "ModelService.LoadModel": { access: "admin", request: () => ({ model: "fake:1b" }) },
  "ModelService.UnloadModel": { access: "admin", request: () => ({ model: "fake:1b" }) },
  "ModelService.PullModel": { access: "admin", request: () => ({ model: "new:1b" }) },
  "ModelService.CancelPull": { access: "admin", request: () => ({ model: "new:1b" }) },
  "ModelService.DeleteModel": {
    access: "admin",
    request: () => ({ model: "nowhere:1b" }),
    fails: "FailedPrecondition",
  },
  "LlmService.Generate": {
    access: "user",
    request: () => ({ messages: [{ role: 2, text: "Hello" }] }),
  },
  "LlmService.Embed": { access: "user", request: () => ({ texts: ["Hello"] }) },
};

/** The services that tell what is served, and the examples; most of them have no package of ours. */
const openRules: Record<string, Rule> = {
  "SchemaService.GetSchema": { access: "public" },
  "grpc.health.v1.Health.Check": { access: "public" },
  "grpc.health.v1.Health.List": { access: "public" },
  "grpc.health.v1.Health.Watch": { access: "public", endless: true },
  "grpc.reflection.v1.ServerReflection.ServerReflectionInfo": { access: "public" },
  "grpc.reflection.v1alpha.ServerReflection.ServerReflectionInfo": { access: "public" },
  "Greeter.SayHello": { access: "public" },
  "Streamer.StreamTime": { access: "public" },
  "Averager.ComputeAverage": { access: "public" },
  "Chat.ChatStream": { access: "public" },
};
Object.assign(rules, openRules);

const nothing: Ids = {
  chat: randomUUID(),
  reply: randomUUID(),
  session: randomUUID(),
  accessToken: randomUUID(),
};
const levels: Record<number, Rule["access"]> = {
  [Access.PUBLIC]: "public",
  [Access.UNSPECIFIED]: "user",
  [Access.ADMIN]: "admin",
  [Access.SESSION]: "session",
  [Access.ADMIN_SESSION]: "admin session",
};

// The handlers that the router has been given, so that no service can be forgotten here.
const router = createConnectRouter();
routes({} as TestApp["deps"])(router);
const methods = router.handlers.map(({ method }) => method);
const nameOf = ({ parent, name }: DescMethod) =>
  `${parent.typeName.replace(/^prosa\.\w+\.v1\./, "")}.${name}`;
const forAdmins = (method: DescMethod) => levels[accessOf(method)]!.startsWith("admin");
// What administrators name is not theirs: they may name everything.
const withIds = methods.filter((method) => idFields(method).length > 0 && !forAdmins(method));

let app: TestApp;
let owner: Person;
let other: Person;
let endedTokens: string[];

beforeAll(async () => {
  app = await testApp({ config: { rateLimit: false } });
  owner = await app.signIn("Ana");
  other = await app.signIn("Bia");
  const late = await app.signIn("Cora");
  const past = new Date(Date.now() - 1);
  await app.deps.db.update(sessions).set({ expireTime: past }).where(eq(sessions.userId, late.id));
  const left = await app.signIn("Dora");
  await left.auth.logout({});
  const keys = [await keyOf(owner), await keyOf(owner)];
  await app.deps.db
    .update(accessTokens)
    .set({ expireTime: past })
    .where(eq(accessTokens.id, keys[0]!.accessToken!.id));
  await owner.auth.revokeAccessToken({ accessTokenId: keys[1]!.accessToken!.id });
  endedTokens = [late.token, left.token, ...keys.map(({ token }) => token)];
});
afterAll(() => app[Symbol.asyncDispose]());

test("every method that is served has a rule here, and every rule a method", () => {
  expect(Object.keys(rules).toSorted()).toEqual(methods.map(nameOf).toSorted());
});

test.each(methods.map((method) => [nameOf(method), method] as const))(
  "%s declares the access that its rule expects",
  (name, method) => {
    expect(levels[accessOf(method)]).toBe(rules[name]!.access);
  },
);

describe.each(closed("user", "admin", "session", "admin session"))("%s", (name, method) => {
  const request = rules[name]!.request?.(nothing) ?? {};

  test("denies a stranger, and whoever has a token that is not one", async () => {
    const random = [createToken(), createToken().slice(1), createAccessToken()];
    const tokens = ["", "x", ...random, createAccessToken().slice(1), "ñandú", "a b", "%00"];
    for (const token of tokens) {
      const failure = await unchanged(() => fail(app.withToken(token), method, request));
      expect(failure).toMatchObject({ code: "Unauthenticated", reason: "SIGN_IN_REQUIRED" });
    }
  });

  test("denies a session or an access token that has expired or has been ended", async () => {
    for (const ended of endedTokens) {
      const failure = await fail(app.withToken(ended), method, request);
      expect(failure).toMatchObject({ code: "Unauthenticated", reason: "SIGN_IN_REQUIRED" });
    }
  });
});

test.each(closed("admin", "admin session"))(
  "%s denies a member and serves the administrator",
  async (name, method) => {
    const { request, fails } = rules[name]!;
    const failure = await unchanged(() => fail(other, method, request?.(nothing) ?? {}));
    expect(failure).toMatchObject({ code: "PermissionDenied", reason: "ADMIN_REQUIRED" });
    expect(await outcome(owner, method, request?.(nothing) ?? {})).toBe(fails ?? "ok");
  },
);

test.each(methods.filter((method) => levels[accessOf(method)] === "public").map(named))(
  "%s serves a stranger, also one with a broken token",
  async (name, method) => {
    for (const token of ["", "broken"]) {
      const request = rules[name]!.request?.(nothing) ?? {};
      expect(await outcome(app.withToken(token), method, request)).toBe("ok");
    }
  },
);

describe.each(withIds.map(named))("%s", (name, method) => {
  test("treats another user's ids as ids of nothing, and changes nothing", async () => {
    const ids = await belongings();
    const request = rules[name]!.request!(ids);
    for (const field of idFields(method)) expect(Object.values(ids)).toContain(request[field]);
    const foreign = await unchanged(() => fail(other, method, request));
    expect(foreign).toMatchObject({ code: "NotFound", reason: "NOT_FOUND" });
    const missing = await fail(other, method, rules[name]!.request!(nothing));
    expect(foreign).toEqual(missing);
  });

  test("serves the owner of the ids", async () => {
    const request = rules[name]!.request!(await belongings());
    expect(await outcome(owner, method, request)).toBe("ok");
  });
});

test("a member who is signed in is served by every method that takes no id", async () => {
  for (const method of methods.filter((method) => !withIds.includes(method))) {
    const { access, request } = rules[nameOf(method)]!;
    if (access !== "user" && access !== "session") continue;
    const person = await app.signIn("Eva");
    expect(await outcome(person, method, request?.(nothing) ?? {}), nameOf(method)).toBe("ok");
  }
}, 30_000);

test.each(methods.map(named))(
  "%s takes of access tokens what the schema says",
  async (name, method) => {
    const { access } = rules[name]!;
    const person = forAdmins(method) ? owner : other;
    const reads = method.idempotency === Idempotency.NO_SIDE_EFFECTS;
    for (const scope of [Scope.READ, Scope.WRITE]) {
      const { token } = await keyOf(person, scope);
      const request = rules[name]!.request?.(await belongings(person)) ?? {};
      const attempt = () => refusal(app.withToken(token), method, request);
      if (access.endsWith("session")) {
        expect(await unchanged(attempt)).toMatchObject({
          reason: "SESSION_REQUIRED",
          metadata: {},
        });
      } else if (scope === Scope.READ && !reads && access !== "public") {
        const metadata = { scope: "write" };
        expect(await unchanged(attempt)).toMatchObject({ reason: "SCOPE_REQUIRED", metadata });
      } else {
        expect((await attempt())?.code ?? "ok").toBe(rules[name]!.fails ?? "ok");
      }
    }
  },
);

test("no method that changes something is open to a token that may only read", () => {
  const open = methods.filter(({ idempotency }) => idempotency === Idempotency.NO_SIDE_EFFECTS);
  for (const { name } of open) expect(name).toMatch(/^(Get|List|Search|Export|Follow|Embed)/);
});

test("a parent in somebody else's chat is told from no parent that does not exist", async () => {
  const { chat } = await belongings();
  const { reply } = await belongings(other);
  const request = { chatId: chat, requestId: randomUUID(), text: "And then?" };
  const send = (parentId: string) => owner.messages.sendMessage({ ...request, parentId });
  const foreign = await unchanged(() => failureOf(send(reply)));
  expect(foreign).toMatchObject({ code: "FailedPrecondition", reason: "BAD_PARENT" });
  expect(foreign).toEqual(await failureOf(send(randomUUID())));
});

function named(method: DescMethod) {
  return [nameOf(method), method] as const;
}

function closed(...access: Rule["access"][]) {
  return methods.map(named).filter(([name]) => access.includes(rules[name]?.access ?? "user"));
}

/** The fields that name something stored; some ids are the caller's own. */
function idFields(method: DescMethod): string[] {
  return method.input.fields
    .filter(({ name }) => name.endsWith("_id") && !["request_id", "import_id"].includes(name))
    .map(({ localName }) => localName);
}

async function belongings(person = owner): Promise<Ids> {
  const { chat } = await person.chats.createChat({ title: "A walk" });
  let reply = "";
  // A reply that was cut can be continued.
  const options = { maxTokens: 1 };
  const sent = { chatId: chat!.id, requestId: randomUUID(), text: "Hello", options };
  for await (const { event } of person.messages.sendMessage(sent)) {
    if (event.case === "finished") reply = event.value.message!.id;
  }
  await app.deps.sessions.create(app.deps.db, person.id, { address: "", device: "another" });
  const { sessions: all } = await person.auth.listSessions({});
  const { accessToken } = await keyOf(person);
  return { chat: chat!.id, reply, session: all[0]!.id, accessToken: accessToken!.id };
}

// The oldest make room: what is tried here needs more of them than anybody may have.
async function keyOf(person: Person, scope: Scope = Scope.READ) {
  const { accessTokens: all } = await person.auth.listAccessTokens({});
  for (const { id } of all.slice(20)) await person.auth.revokeAccessToken({ accessTokenId: id });
  return person.auth.createAccessToken({ name: "A program", scope });
}

async function call(
  transport: Transport,
  method: DescMethod,
  request: Record<string, unknown>,
): Promise<void> {
  if (method.methodKind === "unary") {
    await transport.unary(method as DescMethodUnary, undefined, undefined, undefined, request);
    return;
  }
  const input = (async function* () {
    yield request;
  })();
  const response = await transport.stream(
    method as DescMethodStreaming,
    undefined,
    undefined,
    undefined,
    input,
  );
  for await (const _ of response.message) if (rules[nameOf(method)]?.endless) break;
}

function fail(
  { transport }: Clients,
  method: DescMethod,
  request: Record<string, unknown>,
): Promise<Failure> {
  return failureOf(call(transport, method, request));
}

/** The failure of a call; undefined when it succeeds. */
async function refusal(
  { transport }: Clients,
  method: DescMethod,
  request: Record<string, unknown>,
): Promise<Failure | undefined> {
  return call(transport, method, request).then(
    () => undefined,
    (error: unknown) => failureOf(Promise.reject(error)),
  );
}

async function outcome(clients: Clients, method: DescMethod, request: Record<string, unknown>) {
  return (await refusal(clients, method, request))?.code ?? "ok";
}

/** Runs a call and checks that the database is the same afterwards. */
async function unchanged<T>(run: () => Promise<T>): Promise<T> {
  const before = await everything();
  const result = await run();
  expect(await everything()).toEqual(before);
  return result;
}

async function everything() {
  const tables = ["users", "invitations", "settings", "chats", "messages", "reply_chunks"];
  const parts = tables.map(
    (name) => `select '${name}' as "table", to_jsonb(t) as "row" from ${name} t`,
  );
  const ended = `select 'sessions', to_jsonb(t) - 'last_seen_time' - 'expire_time' from sessions t`;
  const keys = `select 'access_tokens', to_jsonb(t) - 'last_used_time' from access_tokens t`;
  const text = [...parts, ended, keys].join(" union all ");
  return [...(await app.deps.db.execute(sql.raw(`${text} order by 1, 2`)))];
}
