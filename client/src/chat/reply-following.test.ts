import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import { expect, test, vi } from "vitest";
import { ChatSchema } from "#proto/prosa/chat/v1/chat_pb.ts";
import { Status } from "#proto/prosa/chat/v1/message_pb.ts";
import { create } from "@bufbuild/protobuf";
import * as script from "../testing/scripted-chats.ts";

const { CHAT, accepted, delta, finished, question, reply, rest, scriptedStore } = script;
const TEXT = "Olá, São João 🌊, ação e coração.";
type Follow = { messageId: string; offset: bigint };

/** A chat with one running reply, of which `stored` is stored already. */
function running(stored: string) {
  const asked = question("Oi");
  const answer = reply(asked, { text: stored });
  return { asked, answer, listMessages: () => ({ messages: [asked, answer] }) };
}

test("a stream lost in mid-answer is taken up at the exact byte", async () => {
  const { asked, answer } = running("");
  const offsets: bigint[] = [];
  const { store } = scriptedStore({
    messages: {
      async *sendMessage() {
        yield accepted(asked, answer);
        yield delta(0, "Olá, São Jo");
        throw new ConnectError("Load failed", Code.Unknown);
      },
      async *followReply(request: Follow) {
        offsets.push(request.offset);
        yield rest(TEXT, request.offset);
        yield finished(answer, TEXT);
      },
    },
  });
  await store.open(CHAT);
  await store.send(CHAT, "Oi");
  await vi.waitFor(() => expect(store.state.messages[answer.id]?.status).toBe(Status.COMPLETE));
  expect(offsets).toEqual([13n]);
  expect(store.state.messages[answer.id]?.text).toBe(TEXT);
  store.dispose();
});

test("repeated and overlapping deltas are written once, and a gap is asked for again", async () => {
  const { answer, listMessages } = running("Olá");
  const offsets: bigint[] = [];
  const { store } = scriptedStore({
    messages: {
      listMessages,
      async *followReply(request: Follow) {
        offsets.push(request.offset);
        if (offsets.length > 1) {
          yield rest(TEXT, request.offset);
          await new Promise(() => {});
        }
        yield delta(0, "Olá");
        yield delta(2, "á, São");
        yield delta(2, "á, São");
        yield delta(30, "ação");
      },
    },
  });
  await store.open(CHAT);
  await vi.waitFor(() => expect(store.state.messages[answer.id]?.text).toBe(TEXT));
  expect(offsets).toEqual([4n, 10n]);
  store.dispose();
});

test("a reply found running after a reload goes on from the bytes that were stored", async () => {
  const { answer, listMessages } = running("Olá, São João 🌊");
  const offsets: bigint[] = [];
  const { store } = scriptedStore({
    messages: {
      listMessages,
      async *followReply(request: Follow) {
        offsets.push(request.offset);
        yield rest(TEXT, request.offset);
        yield finished(answer, TEXT);
      },
    },
  });
  await store.open(CHAT);
  await vi.waitFor(() => expect(store.state.messages[answer.id]?.status).toBe(Status.COMPLETE));
  expect(offsets).toEqual([21n]);
  expect(store.state.messages[answer.id]?.text).toBe(TEXT);
  store.dispose();
});

test("when the server has less than was shown, the stored text replaces it", async () => {
  const { answer, listMessages } = running("Olá, São João 🌊, um");
  const { store } = scriptedStore({
    messages: {
      listMessages,
      async *followReply(request: Follow) {
        if (request.offset > 0n) throw new ConnectError("beyond", Code.OutOfRange);
        yield delta(0, "Olá, São");
        yield finished({ ...answer, status: Status.INTERRUPTED }, "Olá, São");
      },
    },
  });
  await store.open(CHAT);
  await vi.waitFor(() => expect(store.state.messages[answer.id]?.text).toBe("Olá, São"));
  store.dispose();
});

test("while the server is away the loss is told, nothing is written, and it ends by itself", async () => {
  const { answer, listMessages } = running("Olá");
  let away = false;
  let calls = 0;
  const { store } = scriptedStore({
    chats: {
      getChat(request: { chatId: string }) {
        if (away) throw new TypeError("any text at all");
        return { chat: script.chat({ id: request.chatId }) };
      },
    },
    messages: {
      listMessages,
      async *followReply(request: Follow) {
        calls += 1;
        if (calls === 1) {
          away = true;
          throw new TypeError("any text at all");
        }
        yield rest(TEXT, request.offset);
        await new Promise(() => {});
      },
    },
  });
  await store.open(CHAT);
  await vi.waitFor(() => expect(store.state.live[answer.id]?.lost).toBe(true));
  expect(store.state.messages[answer.id]?.text).toBe("Olá");
  away = false;
  await vi.waitFor(() => expect(store.state.messages[answer.id]?.text).toBe(TEXT));
  expect(store.state.live[answer.id]?.lost).not.toBe(true);
  store.dispose();
});

test("an end whose reply still runs is a loss: it is asked for again after growing pauses", async () => {
  const { answer, listMessages } = running("Olá");
  const pauses: number[] = [];
  let calls = 0;
  const { store } = scriptedStore({
    timing: { backoff: (failures) => pauses.push(failures) },
    messages: {
      listMessages,
      async *followReply() {
        calls += 1;
        if (calls === 1) yield { event: { case: "finished", value: {} } };
        else if (calls < 4) yield { event: { case: "finished", value: { message: answer } } };
        else yield finished(answer, TEXT);
      },
    },
  });
  await store.open(CHAT);
  await vi.waitFor(() => expect(store.state.messages[answer.id]?.text).toBe(TEXT));
  expect(pauses).toEqual([1, 2, 3]);
  expect(calls).toBe(4);
  store.dispose();
});

test("a silent stream is opened again", async () => {
  const { answer, listMessages } = running("Olá");
  let calls = 0;
  const { store } = scriptedStore({
    timing: { stall: 30 },
    messages: {
      listMessages,
      async *followReply(request: Follow, context: HandlerContext) {
        calls += 1;
        if (calls === 1) await script.untilAborted(context.signal);
        yield finished(answer, TEXT);
      },
    },
  });
  await store.open(CHAT);
  await vi.waitFor(() => expect(store.state.messages[answer.id]?.text).toBe(TEXT));
  expect(calls).toBe(2);
  store.dispose();
});

test("a hidden tab gives its stream back and goes on exactly when it is shown", async () => {
  const { answer, listMessages } = running("Olá");
  const open = new Set<number>();
  const offsets: bigint[] = [];
  const { store, hide, show } = scriptedStore({
    messages: {
      listMessages,
      async *followReply(request: Follow, context: HandlerContext) {
        const call = offsets.push(request.offset);
        open.add(call);
        yield call === 1 ? delta(4, ", São") : rest(TEXT, request.offset);
        await script.untilAborted(context.signal);
        open.delete(call);
      },
    },
  });
  await store.open(CHAT);
  await vi.waitFor(() => expect(store.state.messages[answer.id]?.text).toBe("Olá, São"));
  hide();
  await vi.waitFor(() => expect(open.size).toBe(0));
  show();
  await vi.waitFor(() => expect(store.state.messages[answer.id]?.text).toBe(TEXT));
  expect(offsets).toEqual([4n, 10n]);
  expect(open.size).toBe(1);
  store.dispose();
});

test("leaving a chat gives its stream back, and an answer that ends meanwhile marks it unread", async () => {
  const { answer, listMessages } = running("Olá");
  let open = 0;
  let done = false;
  const { store } = scriptedStore({
    messages: {
      listMessages: (request: { chatId: string }) =>
        request.chatId === CHAT ? listMessages() : { messages: [] },
      async *followReply(request: Follow, context: HandlerContext) {
        open += 1;
        yield rest(TEXT, request.offset);
        if (done) yield finished(answer, TEXT);
        else await script.untilAborted(context.signal);
        open -= 1;
      },
    },
  });
  await store.open(CHAT);
  await vi.waitFor(() => expect(open).toBe(1));
  const left = store.open(script.OTHER_CHAT);
  await vi.waitFor(() => expect(open).toBe(0));
  await left;
  done = true;
  await vi.waitFor(() => expect(store.state.unread[CHAT]).toBe(true));
  expect(store.state.messages[answer.id]?.text).toBe(TEXT);
  await store.open(CHAT);
  expect(store.state.unread[CHAT]).toBe(false);
  store.dispose();
});

test("the title that comes after the answer reaches the list", async () => {
  const { asked, answer } = running("");
  const { store } = scriptedStore({
    messages: {
      async *sendMessage() {
        yield accepted(asked, answer);
        yield finished(answer, TEXT);
        const titled = create(ChatSchema, { id: CHAT, title: "Saudação" });
        yield { event: { case: "titled", value: { chat: titled } } };
      },
    },
  });
  await store.open(CHAT);
  await store.send(CHAT, "Oi");
  await vi.waitFor(() => expect(store.state.chats[CHAT]?.title).toBe("Saudação"));
  expect(store.state.messages[answer.id]?.text).toBe(TEXT);
  store.dispose();
});

test("without a place for a stream the text comes by calls, and by the stream once there is one", async () => {
  const { asked, answer } = running("");
  let shown = "Olá";
  let free = false;
  let streams = 0;
  const { store } = scriptedStore({
    takeSlot: async () => (free ? () => {} : undefined),
    messages: {
      listMessages: () => ({ messages: [asked, { ...answer, text: shown }] }),
      async *followReply(request: Follow) {
        streams += 1;
        yield rest(TEXT, request.offset);
        await new Promise(() => {});
      },
    },
  });
  await store.open(CHAT);
  await vi.waitFor(() => expect(store.state.messages[answer.id]?.text).toBe("Olá"));
  shown = "Olá, São";
  await vi.waitFor(() => expect(store.state.messages[answer.id]?.text).toBe("Olá, São"));
  expect(streams).toBe(0);
  free = true;
  await vi.waitFor(() => expect(store.state.messages[answer.id]?.text).toBe(TEXT));
  expect(streams).toBe(1);
  store.dispose();
});
