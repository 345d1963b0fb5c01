import { expect, test } from "vitest";
import type { Message } from "#proto/prosa/chat/v1/message_pb.ts";
import { Status } from "#proto/prosa/chat/v1/message_pb.ts";
import {
  accepted,
  CHAT,
  finished,
  question,
  reply,
  scriptedStore,
} from "../testing/scripted-chats.ts";

/** A chat whose messages on the server a test changes, and whose list it can hold back. */
function serverChat(...kept: Message[]) {
  const server = { messages: kept, held: Promise.resolve() };
  const scripted = scriptedStore({
    messages: {
      async listMessages() {
        const { messages } = server;
        await server.held;
        return { messages };
      },
      deleteMessage: () => ({ deletedCount: 1 }),
      async *sendMessage({ text, parentId }: { text: string; parentId: string }) {
        const asked = question(text, { parentId });
        const answer = reply(asked);
        yield accepted(asked, answer);
        yield finished(answer, "Olá");
      },
    },
  });
  const { store } = scripted;
  return {
    server,
    store,
    ids: () => store.state.conversations[CHAT]?.ids,
    /** Holds the next lists back until the returned function is called. */
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.held = promise;
      return resolve;
    },
  };
}

test("a message that was deleted elsewhere goes when the chat is fetched again", async () => {
  const asked = question("Oi");
  const answer = reply(asked, { status: Status.COMPLETE });
  const { server, store, ids } = serverChat(asked, answer);
  await store.open(CHAT);
  server.messages = [asked];
  await store.reload(CHAT);
  expect(ids()).toEqual([asked.id]);
  expect(store.state.messages[answer.id]).toBeUndefined();
  store.dispose();
});

test("a message that is deleted here while the chat is fetched does not come back", async () => {
  const asked = question("Oi");
  const answer = reply(asked, { status: Status.COMPLETE });
  const { store, ids, hold } = serverChat(asked, answer);
  await store.open(CHAT);
  const release = hold();
  const reloaded = store.reload(CHAT);
  await store.deleteMessage(answer.id);
  release();
  await reloaded;
  expect(ids()).toEqual([asked.id]);
  store.dispose();
});

test("a message that is sent while the chat is fetched stays", async () => {
  const asked = question("Oi");
  const answer = reply(asked, { status: Status.COMPLETE });
  const { store, ids, hold } = serverChat(asked, answer);
  await store.open(CHAT);
  const release = hold();
  const reloaded = store.reload(CHAT);
  await store.send(CHAT, "E agora?");
  await expect.poll(() => ids()?.length).toBe(4);
  release();
  await reloaded;
  expect(ids()).toHaveLength(4);
  store.dispose();
});
