import { Scope } from "#proto/prosa/user/v1/access_token_pb.ts";
import { ReplicaReason, ReplicaStatus } from "#proto/prosa/admin/v1/server_health_pb.ts";
import { type Message, Status } from "#proto/prosa/chat/v1/message_pb.ts";
import {
  Health,
  HealthCheckResponse_ServingStatus as Serving,
} from "#proto/grpc/health/v1/health_pb.ts";
import { connectDatabase } from "#db/connect.ts";
import { openReplicas, type Replicas } from "#db/replicas.ts";
import { createClient } from "@connectrpc/connect";
import { sql } from "drizzle-orm";
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type Clients, type Person, type TestApp, testApp } from "./testing/app.ts";
import { failureOf } from "./testing/failure.ts";
import { type Replicated, startReplicated } from "./testing/replica.ts";
import { type ServedApp, servedApp } from "./testing/served-app.ts";
import { type TcpProxy, tcpProxy } from "./testing/tcp-proxy.ts";
import { createToken } from "./user/tokens.ts";

/** How long to wait for what takes a moment, on a busy machine too. */
const SOON = { timeout: 15_000 };
vi.setConfig({ testTimeout: 40_000, hookTimeout: 60_000 });

const QUICK = { interval: 50, limit: 500, maxLag: 60_000, deadline: 5000 };
const unavailable = { code: "Unavailable", reason: "DATABASE_UNAVAILABLE" };

type ReplyEvents = ReturnType<Clients["messages"]["followReply" | "sendMessage"]>;

let real: Replicated;
let network: TcpProxy;
let replicas: Replicas;
let served: ServedApp;
let ana: Person;
let chatId: string;
let cleanup: AsyncDisposableStack;

beforeAll(async () => {
  real = await startReplicated();
  network = await tcpProxy(real.primary.url);
});
beforeEach(async () => {
  cleanup = new AsyncDisposableStack();
  network.resume();
  const url = network.through(real.primary.url);
  const database = cleanup.adopt(connectDatabase(url), (open) => open.close());
  replicas = openReplicas(database, { ...QUICK, urls: [real.replica.url] });
  cleanup.defer(() => replicas.close());
  const own = { url, database, [Symbol.asyncDispose]: async () => {} };
  served = cleanup.use(await servedApp({ database: own, replicas }));
  ana = await served.app.signIn("Ana");
  const { chat } = await ana.chats.createChat({ title: "A walk" });
  chatId = chat!.id;
  await last(ana.messages.sendMessage({ chatId, requestId: randomUUID(), text: "Hello" }));
  await expectReplica();
});
afterEach(async () => {
  await real.replica.resume();
  await cleanup.disposeAsync();
});
afterAll(async () => {
  await network[Symbol.asyncDispose]();
  await real[Symbol.asyncDispose]();
});

/** Waits until reads of Ana come from the replica. */
async function expectReplica() {
  const isReplica = async () => {
    const db = replicas.readFor(ana.id);
    return (await db.execute(sql`select pg_is_in_recovery() as replica`))[0]!["replica"];
  };
  await expect.poll(isReplica, SOON).toBe(true);
}

/** The whole answer, when it has ended. */
async function last(events: ReplyEvents): Promise<Message> {
  let message: Message | undefined;
  for await (const { event } of events) {
    if (event.case === "finished") ({ message } = event.value);
  }
  return message!;
}

async function exportedTitles({ chats }: Clients) {
  const titlesOf: string[] = [];
  for await (const { record } of chats.exportChats({})) {
    if (record.case === "chat") titlesOf.push(record.value.title);
  }
  return titlesOf;
}

/** The title of the chat as each of the reads tells it. */
async function titles({ chats, messages }: Clients) {
  const { messages: history } = await messages.listMessages({ chatId });
  expect(history.length).toBeGreaterThanOrEqual(2);
  return [
    (await chats.getChat({ chatId })).chat!.title,
    (await chats.listChats({})).chats[0]!.title,
    (await chats.searchMessages({ query: "walk" })).results.at(-1)!.chat!.title,
  ];
}

const same = (title: string) => [title, title, title];

/** Another server on the same database, which has not seen anybody yet. */
const another = async (own = replicas): Promise<TestApp> =>
  cleanup.use(await testApp({ database: served.app.database, replicas: own }));

test("lists, history, search and export come from the replica", async () => {
  await real.replica.pause();
  await real.primary.database.sql`update chats set title = 'Another walk' where id = ${chatId}`;
  await real.primary.database.sql`delete from messages where chat_id = ${chatId}`;
  expect(await titles(ana)).toEqual(same("A walk"));
  expect(await exportedTitles(ana)).toEqual(["A walk"]);
});

test("whoever has written something finds it everywhere, whatever the replica has", async () => {
  await real.replica.pause();
  await ana.chats.updateChat({ chatId, title: "A long walk" });
  expect(await titles(ana)).toEqual(same("A long walk"));
  await real.replica.resume();
  await expectReplica();
  expect(await titles(ana)).toEqual(same("A long walk"));
});

test("an answer that nobody waited for is whole, although the replica has only its beginning", async () => {
  const text = "sentinel:tokens=100,delay=20";
  let messageId = "";
  for await (const { event } of ana.messages.sendMessage({
    chatId,
    requestId: randomUUID(),
    text,
  })) {
    if (event.case !== "accepted") continue;
    messageId = event.value.reply!.id;
    break;
  }
  // The servers are asked meanwhile.
  await real.primary.database.sql`select pg_sleep(0.3)`;
  await real.replica.catchUp();
  await real.replica.pause();
  const [stored] = await real.replica.database.sql`
    select status from messages where id = ${messageId}`;
  expect(stored!["status"]).not.toBe("complete");
  const finished = await last(ana.messages.followReply({ messageId }));
  const { messages } = await ana.messages.listMessages({ chatId });
  expect(messages.at(-1)).toEqual(finished);
  expect(finished.status).toBe(Status.COMPLETE);
});

test("somebody new is let in before the replica knows them", async () => {
  await real.replica.pause();
  const eva = await served.app.signIn("Eva");
  expect((await eva.chats.listChats({})).chats).toEqual([]);
  const fresh = (await another()).withToken(eva.token);
  expect((await fresh.users.getCurrentUser({})).user!.id).toBe(eva.id);
});

test("a session that has ended is refused while the replica still has it", async () => {
  await real.replica.pause();
  await ana.auth.logout({});
  for (const app of [served.app, await another()]) {
    const failure = await failureOf(app.withToken(ana.token).chats.listChats({}));
    expect(failure).toMatchObject({ reason: "SIGN_IN_REQUIRED" });
  }
});

test("while the primary is silent all can be read that could be before, and nothing else", async () => {
  const { token: accessToken } = await ana.auth.createAccessToken({
    name: "x",
    scope: Scope.READ,
  });
  await expectReplica();
  network.silence();
  const { withToken, stranger } = await another();
  for (const token of [ana.token, accessToken]) {
    expect(await titles(withToken(token))).toEqual(same("A walk"));
  }
  const own = withToken(ana.token);
  const inTime = { timeoutMs: 10_000 };
  const sent = { chatId, requestId: randomUUID(), text: "Hello" };
  const { email, password } = ana;
  for (const call of [
    () => own.chats.createChat({ title: "Lost" }, inTime),
    // Its event could not be written.
    () => exportedTitles(own),
    () => own.messages.sendMessage(sent, inTime),
    () => stranger.auth.login({ email, password }, inTime),
    // It may be a session, although the replica does not know it.
    () => withToken(createToken()).chats.listChats({}, inTime),
  ]) {
    expect(await failureOf(call())).toMatchObject(unavailable);
  }
  expect(await titles(own)).toEqual(same("A walk"));
  network.resume();
  const store = async () => (await own.chats.createChat({ title: "Kept" })).chat!.title;
  await expect.poll(() => store().catch(() => "lost"), SOON).toBe("Kept");
});

test("while the primary is silent nobody is let in whose right may have changed", async () => {
  const eva = await served.app.signIn("Eva");
  await real.primary.database.sql`update users set role = 'admin' where id = ${ana.id}`;
  served.app.deps.callers.userChanged(ana.id);
  await real.replica.catchUp();
  await real.replica.pause();
  await ana.users.updateUser({ userId: eva.id, disabled: true });
  network.silence();
  expect(await failureOf(eva.chats.listChats({}))).toMatchObject(unavailable);
});

test("health tells what can be done while the primary is silent", async () => {
  const health = createClient(Health, served.app.stranger.transport);
  const status = async (service: string) => (await health.check({ service })).status;
  const ready = async () => {
    const response = await fetch(`${served.server.url}/readyz`);
    return `${response.status} ${await response.text()}`;
  };
  expect(await ready()).toBe("200 ok\n");
  network.silence();
  await expect.poll(() => status("user"), SOON).toBe(Serving.NOT_SERVING);
  expect(await Promise.all(["", "chat"].map(status))).toEqual([Serving.SERVING, Serving.SERVING]);
  expect(await ready()).toMatch(/^200 reads only/);
  network.resume();
  await expect.poll(ready, SOON).toBe("200 ok\n");
});

test("administrators are told how the replica is, and how far behind", async () => {
  await real.primary.database.sql`update users set role = 'admin' where id = ${ana.id}`;
  const options = { ...QUICK, maxLag: 200, urls: [real.replica.url] };
  const strict = openReplicas(served.app.database.database, options);
  cleanup.defer(() => strict.close());
  const { admin } = (await another(strict)).withToken(ana.token);
  const look = async () => (await admin.getHealth({})).health!.replicas[0]!;
  const { host, pathname } = new URL(real.replica.url);
  const used = { status: ReplicaStatus.USED, reason: ReplicaReason.UNSPECIFIED };
  const usable = { name: host + pathname, ...used, lagBytes: expect.any(BigInt) };
  await expect.poll(look, SOON).toMatchObject(usable);
  await real.replica.pause();
  await real.primary.database.sql`update chats set title = 'Unseen' where id = ${chatId}`;
  const behind = { status: ReplicaStatus.LAGGING, reason: ReplicaReason.BEHIND };
  await expect.poll(look, SOON).toMatchObject(behind);
  expect((await look()).lagBytes).toBeGreaterThan(0n);
  await real.replica.resume();
  await expect.poll(look, SOON).toMatchObject(usable);
});
