import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test, vi } from "vitest";
import {
  CHAT,
  chat,
  OTHER_CHAT,
  question,
  reply,
  scriptedStore,
} from "../testing/scripted-chats.ts";

const at = (minute: number) => timestampFromMs(minute * 60_000);

test("a deleted chat goes at once and comes back when that is undone", async () => {
  const calls: string[] = [];
  const { store } = scriptedStore({
    chats: {
      deleteChat() {
        calls.push("delete");
        return {};
      },
      undeleteChat() {
        calls.push("undelete");
        return { chat: chat({ title: "Índices" }) };
      },
    },
  });
  await store.chats.load();
  const removed = store.chats.remove(CHAT);
  expect(store.state.chats[CHAT]).toBeUndefined();
  await removed;
  await store.chats.restore(CHAT);
  expect(store.state.chats[CHAT]?.title).toBe("Índices");
  expect(calls).toEqual(["delete", "undelete"]);
  store.dispose();
});

test("a chat that could not be deleted or renamed is as it was", async () => {
  const fails = () => {
    throw new ConnectError("down", Code.Unavailable);
  };
  const { store } = scriptedStore({
    chats: {
      listChats: () => ({ chats: [chat({ title: "Antes" })] }),
      deleteChat: fails,
      updateChat: fails,
    },
  });
  await store.chats.load();
  await expect(store.chats.remove(CHAT)).rejects.toThrow("down");
  const renamed = store.chats.rename(CHAT, "Depois");
  expect(store.state.chats[CHAT]?.title).toBe("Depois");
  await expect(renamed).rejects.toThrow("down");
  expect(store.state.chats[CHAT]?.title).toBe("Antes");
  store.dispose();
});

test("pages follow one another, and a failed one can be had again", async () => {
  let fail = true;
  const { store } = scriptedStore({
    chats: {
      listChats(request: { pageToken: string }) {
        if (!request.pageToken) return { chats: [chat()], nextPageToken: "two" };
        if (fail) throw new ConnectError("down", Code.Unavailable);
        return { chats: [chat({ id: OTHER_CHAT })] };
      },
    },
  });
  await store.chats.load();
  await store.chats.loadMore();
  expect(store.state.list).toMatchObject({ status: "failed", nextPageToken: "two" });
  fail = false;
  await store.chats.loadMore();
  expect(Object.keys(store.state.chats)).toEqual([CHAT, OTHER_CHAT]);
  expect(store.state.list).toMatchObject({ status: "ready", nextPageToken: "" });
  store.dispose();
});

test("what was renamed or deleted elsewhere shows when the tab is looked at again", async () => {
  let chats = [
    chat({ title: "Um", updateTime: at(2) }),
    chat({ id: OTHER_CHAT, title: "Dois", updateTime: at(1) }),
  ];
  const { store, hide, show } = scriptedStore({ chats: { listChats: () => ({ chats }) } });
  await store.chats.load();
  chats = [chat({ title: "Outro nome", updateTime: at(3) })];
  hide();
  show();
  await vi.waitFor(() => expect(store.state.chats[CHAT]?.title).toBe("Outro nome"));
  expect(store.state.chats[OTHER_CHAT]).toBeUndefined();
  store.dispose();
});

test("a conversation that cannot be opened says why, and can be had again", async () => {
  let fail = true;
  const { store } = scriptedStore({
    messages: {
      listMessages() {
        if (fail) throw new ConnectError("gone", Code.NotFound);
        return {};
      },
    },
  });
  await store.open(CHAT);
  expect(store.state.conversations[CHAT]?.status).toBe("failed");
  expect(store.state.conversations[CHAT]?.error).toBeInstanceOf(ConnectError);
  fail = false;
  await store.reload(CHAT);
  expect(store.state.conversations[CHAT]?.status).toBe("ready");
  store.dispose();
});

test("a chat that was deleted elsewhere while it was open says so and is not asked for again", async () => {
  let gone = false;
  const asked = question("Oi");
  let follows = 0;
  const { store } = scriptedStore({
    chats: {
      getChat() {
        if (gone) throw new ConnectError("gone", Code.NotFound);
        return { chat: chat() };
      },
    },
    messages: {
      listMessages: () => ({ messages: [asked, reply(asked)] }),
      async *followReply() {
        follows += 1;
        gone = true;
        throw new ConnectError("gone", Code.NotFound);
      },
    },
  });
  await store.open(CHAT);
  await vi.waitFor(() => expect(store.state.conversations[CHAT]?.status).toBe("failed"));
  expect(Object.keys(store.state.messages)).toEqual([]);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(follows).toBe(1);
  store.dispose();
});
