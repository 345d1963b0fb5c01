import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test, vi } from "vitest";
import { Status } from "#proto/prosa/chat/v1/message_pb.ts";
import * as script from "../testing/scripted-chats.ts";
import { NEW_CHAT } from "./state.ts";
import { currentPath, treeOf } from "./tree.ts";

const { CHAT, accepted, chat, delta, finished, memoryStorage, question, reply, scriptedStore } =
  script;
type Send = { requestId: string; text: string; parentId: string };

test("a failed message stays with its text and is sent again as the same one", async () => {
  const ids: string[] = [];
  const { store } = scriptedStore({
    messages: {
      async *sendMessage(request: Send) {
        if (ids.push(request.requestId) === 1) throw new TypeError("Failed to fetch");
        const asked = question(request.text);
        const answer = reply(asked);
        yield accepted(asked, answer);
        yield finished(answer, "Olá");
      },
    },
  });
  await store.open(CHAT);
  await store.send(CHAT, "Oi");
  expect(store.state.unsent[CHAT]?.[0]).toMatchObject({ text: "Oi", sending: true });
  await vi.waitFor(() => expect(store.state.unsent[CHAT]?.[0]?.error).toBeDefined());
  expect(store.state.unsent[CHAT]?.[0]).toMatchObject({ text: "Oi", sending: false });
  await store.retry(CHAT, store.state.unsent[CHAT]?.[0]?.requestId ?? "");
  await vi.waitFor(() => expect(store.state.unsent[CHAT]).toEqual([]));
  expect(ids[1]).toBe(ids[0]);
  expect(store.state.conversations[CHAT]?.ids).toHaveLength(2);
  store.dispose();
});

test("a failed message survives a reload, and goes when it turns out to have arrived", async () => {
  const storage = memoryStorage();
  const fails = {
    async *sendMessage() {
      throw new ConnectError("down", Code.Unavailable);
    },
  };
  const before = scriptedStore({ storage, messages: fails }).store;
  await before.open(CHAT);
  await before.send(CHAT, "Guarde isto");
  await vi.waitFor(() => expect(before.state.unsent[CHAT]?.[0]?.error).toBeDefined());
  before.dispose();

  const after = scriptedStore({ storage, messages: fails }).store;
  await after.open(CHAT);
  expect(after.state.unsent[CHAT]?.[0]).toMatchObject({ text: "Guarde isto", sending: false });
  after.dispose();

  const listMessages = () => ({ messages: [question("Guarde isto")] });
  const arrived = scriptedStore({ storage, messages: { listMessages } }).store;
  await arrived.open(CHAT);
  expect(arrived.state.unsent[CHAT]).toEqual([]);
  arrived.dispose();
});

test("the first message makes its chat, once, however often it is tried", async () => {
  const created: string[] = [];
  const { store } = scriptedStore({
    chats: {
      createChat(request: { requestId: string }) {
        if (created.push(request.requestId) === 1) throw new ConnectError("down", Code.Unavailable);
        return { chat: chat() };
      },
    },
    messages: {
      async *sendMessage(request: Send) {
        const asked = question(request.text);
        yield accepted(asked, reply(asked));
        await new Promise(() => {});
      },
    },
  });
  await store.open(NEW_CHAT);
  expect(await store.send(NEW_CHAT, "Oi")).toBe(NEW_CHAT);
  const failed = store.state.unsent[NEW_CHAT]?.[0];
  expect(failed).toMatchObject({ text: "Oi", sending: false });
  expect(await store.retry(NEW_CHAT, failed?.requestId ?? "")).toBe(CHAT);
  expect(created[1]).toBe(created[0]);
  expect(store.state.unsent[NEW_CHAT]).toEqual([]);
  await vi.waitFor(() => expect(store.state.conversations[CHAT]?.ids).toHaveLength(2));
  store.dispose();
});

test("after a question without an answer a message stands beside it, also when tried again", async () => {
  const first = question("Oi");
  const answer = reply(first, { text: "Olá", status: Status.COMPLETE });
  const left = question("Sem resposta", { parentId: answer.id });
  const parents: string[] = [];
  const { store } = scriptedStore({
    messages: {
      listMessages: () => ({ messages: [first, answer, left] }),
      async *sendMessage(request: Send) {
        if (parents.push(request.parentId) === 1) throw new ConnectError("down", Code.Unavailable);
        const asked = question(request.text, { parentId: request.parentId });
        const replied = reply(asked);
        yield accepted(asked, replied);
        yield finished(replied, "Um poema");
      },
    },
  });
  const path = () => currentPath(treeOf(store.state.conversations[CHAT], store.state.messages));
  await store.open(CHAT);
  expect(path()).toEqual([first.id, answer.id, left.id]);
  await store.send(CHAT, "Escreva um poema");
  await vi.waitFor(() => expect(store.state.unsent[CHAT]?.[0]?.error).toBeDefined());
  await store.retry(CHAT, store.state.unsent[CHAT]?.[0]?.requestId ?? "");
  await vi.waitFor(() => expect(store.state.unsent[CHAT]).toEqual([]));
  expect(parents).toEqual([answer.id, answer.id]);
  expect(path()).toHaveLength(4);
  expect(store.state.messages[path()[2]!]?.text).toBe("Escreva um poema");
  store.choose(left.id);
  expect(path()).toEqual([first.id, answer.id, left.id]);
  store.dispose();
});

test("a first message that the server put below another beginning is shown there", async () => {
  const first = question("Oi");
  const answer = reply(first, { text: "Olá", status: Status.COMPLETE });
  const left = question("Sem resposta");
  const parents: string[] = [];
  const { store } = scriptedStore({
    messages: {
      listMessages: () => ({ messages: [first, answer, left] }),
      async *sendMessage(request: Send) {
        parents.push(request.parentId);
        const asked = question(request.text, { parentId: answer.id });
        yield accepted(asked, reply(asked));
        await new Promise(() => {});
      },
    },
  });
  const path = () => currentPath(treeOf(store.state.conversations[CHAT], store.state.messages));
  await store.open(CHAT);
  expect(path()).toEqual([left.id]);
  await store.send(CHAT, "E agora?");
  await vi.waitFor(() => expect(path()).toHaveLength(4));
  expect(parents).toEqual([""]);
  store.dispose();
});

test("a message that will not go can be taken back", async () => {
  const { store } = scriptedStore({
    messages: {
      async *sendMessage() {
        throw new ConnectError("too long", Code.FailedPrecondition);
      },
    },
  });
  await store.open(CHAT);
  await store.send(CHAT, "Longo");
  await vi.waitFor(() => expect(store.state.unsent[CHAT]?.[0]?.error).toBeDefined());
  expect(store.takeBack(CHAT, store.state.unsent[CHAT]?.[0]?.requestId ?? "")).toBe("Longo");
  expect(store.state.unsent[CHAT]).toEqual([]);
  store.dispose();
});

test("another version of a reply becomes the shown one, and the first can be chosen again", async () => {
  const asked = question("Oi");
  const first = reply(asked, { text: "Um", status: Status.COMPLETE });
  const second = reply(asked);
  const { store } = scriptedStore({
    messages: {
      listMessages: () => ({ messages: [asked, first] }),
      async *regenerateReply() {
        yield accepted(undefined, second);
        yield delta(0, "Dois");
        yield finished(second, "Dois");
      },
    },
  });
  const path = () => currentPath(treeOf(store.state.conversations[CHAT], store.state.messages));
  await store.open(CHAT);
  await store.regenerate(first.id);
  expect(path()).toEqual([asked.id, second.id]);
  await vi.waitFor(() => expect(store.state.messages[second.id]?.text).toBe("Dois"));
  store.choose(first.id);
  expect(path()).toEqual([asked.id, first.id]);
  store.dispose();
});

test("a new version that cannot be had leaves the old one and keeps its request", async () => {
  const asked = question("Oi");
  const first = reply(asked, { text: "Um", status: Status.COMPLETE });
  const ids: string[] = [];
  const { store } = scriptedStore({
    messages: {
      listMessages: () => ({ messages: [asked, first] }),
      async *regenerateReply(request: Send) {
        ids.push(request.requestId);
        throw new ConnectError("down", Code.Unavailable);
      },
    },
  });
  await store.open(CHAT);
  await store.regenerate(first.id);
  expect(store.state.redo[first.id]?.error).toBeDefined();
  await store.regenerate(first.id);
  expect(ids[1]).toBe(ids[0]);
  expect(store.state.messages[first.id]?.text).toBe("Um");
  store.dispose();
});

test("stopping keeps what was written, and a late delta changes nothing", async () => {
  const asked = question("Oi");
  const answer = reply(asked, { text: "Meio" });
  let stopped = () => {};
  const { store } = scriptedStore({
    messages: {
      listMessages: () => ({ messages: [asked, answer] }),
      async *followReply() {
        await new Promise<void>((resolve) => (stopped = resolve));
        yield delta(4, " e mais");
        await new Promise(() => {});
      },
      stopReply: () => ({ message: { ...answer, status: Status.STOPPED } }),
    },
  });
  await store.open(CHAT);
  await store.stop(answer.id);
  stopped();
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(store.state.messages[answer.id]).toMatchObject({ text: "Meio", status: Status.STOPPED });
  store.dispose();
});
