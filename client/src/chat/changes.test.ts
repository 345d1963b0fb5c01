import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test, vi } from "vitest";
import { Rating, Role, Status } from "#proto/prosa/chat/v1/message_pb.ts";
import * as script from "../testing/scripted-chats.ts";
import { currentPath, treeOf } from "./tree.ts";

const { CHAT, accepted, chat, delta, finished, question, reply, scriptedStore } = script;

/** One question with its answer, in a chat that is open. */
async function talk(
  messages: Record<string, unknown>,
  last: { text?: string; status?: Status } = {},
) {
  const asked = question("Oi");
  const answer = reply(asked, { text: "Olá", status: Status.COMPLETE, ...last });
  const scripted = scriptedStore({
    messages: { listMessages: () => ({ messages: [asked, answer] }), ...messages },
  });
  await scripted.store.open(CHAT);
  const { store } = scripted;
  const path = () => currentPath(treeOf(store.state.conversations[CHAT], store.state.messages));
  return { store, asked, answer, path };
}

test("a new version of a message is shown with its reply, and the old one stays", async () => {
  const next = question("Oi, tudo bem?");
  const answered = reply(next);
  const { store, asked, answer, path } = await talk({
    editMessage: () => ({ chat: chat(), message: next, reply: answered }),
    async *followReply() {
      yield delta(0, "Tudo");
      yield finished(answered, "Tudo");
    },
  });
  store.beginEdit(asked.id);
  expect(store.state.edits[asked.id]?.text).toBe("Oi");
  store.setEditText(asked.id, " Oi, tudo bem? ");
  await store.saveEdit(asked.id);
  expect(path()).toEqual([next.id, answered.id]);
  expect(store.state.edits[asked.id]).toBeUndefined();
  await vi.waitFor(() => expect(store.state.messages[answered.id]?.text).toBe("Tudo"));
  store.choose(asked.id);
  expect(path()).toEqual([asked.id, answer.id]);
  store.dispose();
});

test("a version that did not arrive stays as it was written, and goes again as the same one", async () => {
  const sent: { requestId: string; text: string }[] = [];
  const next = question("Outra");
  const { store, asked } = await talk({
    editMessage(request: { requestId: string; text: string }) {
      if (sent.push({ requestId: request.requestId, text: request.text }) < 3) {
        throw new ConnectError("down", Code.Unavailable);
      }
      return { message: next, reply: reply(next, { status: Status.COMPLETE, text: "!" }) };
    },
  });
  store.beginEdit(asked.id);
  store.setEditText(asked.id, "Outra");
  await store.saveEdit(asked.id);
  expect(store.state.edits[asked.id]).toMatchObject({ text: "Outra", sending: false });
  expect(store.state.edits[asked.id]?.error).toBeDefined();
  await store.saveEdit(asked.id);
  expect(sent[1]).toEqual(sent[0]);
  store.setEditText(asked.id, "Outra!");
  await store.saveEdit(asked.id);
  expect(sent[2]?.requestId).not.toBe(sent[0]?.requestId);
  expect(store.state.edits[asked.id]).toBeUndefined();
  store.dispose();
});

test("a new version of an answer is stored as it is, and an unchanged one not at all", async () => {
  let calls = 0;
  const { store, asked, answer, path } = await talk({
    editMessage(request: { text: string }) {
      calls += 1;
      return {
        message: reply(asked, { text: request.text, status: Status.COMPLETE, edited: true }),
      };
    },
  });
  store.beginEdit(answer.id);
  await store.saveEdit(answer.id);
  expect([calls, store.state.edits[answer.id]]).toEqual([0, undefined]);
  store.beginEdit(answer.id);
  store.setEditText(answer.id, "Olá, Ana");
  await store.saveEdit(answer.id);
  expect(calls).toBe(1);
  expect(store.state.messages[path().at(-1)!]).toMatchObject({ text: "Olá, Ana", edited: true });
  expect(store.state.messages[answer.id]?.text).toBe("Olá");
  store.dispose();
});

test("a question whose answer was deleted is asked again as it is, in an edit when that fails", async () => {
  let fail = true;
  const sent: { requestId: string; text: string }[] = [];
  const again = question("Oi");
  const answered = reply(again, { status: Status.COMPLETE, text: "Olá de novo" });
  const { store, asked, answer, path } = await talk({
    deleteMessage: () => ({ deletedCount: 1 }),
    editMessage({ requestId, text }: { requestId: string; text: string }) {
      sent.push({ requestId, text });
      if (fail) throw new ConnectError("down", Code.Unavailable);
      return { message: again, reply: answered };
    },
  });
  expect(store.isUnanswered(asked.id)).toBe(false);
  await store.deleteMessage(answer.id);
  expect(store.isUnanswered(asked.id)).toBe(true);
  await store.askAgain(asked.id);
  expect(store.state.edits[asked.id]).toMatchObject({ text: "Oi", shown: true, sending: false });
  expect(store.state.edits[asked.id]?.error).toBeDefined();
  fail = false;
  await store.saveEdit(asked.id);
  expect(sent[0]?.text).toBe("Oi");
  expect(sent[1]).toEqual(sent[0]);
  expect(path()).toEqual([again.id, answered.id]);
  expect(store.state.edits).toEqual({});
  store.dispose();
});

test("an edit that is cancelled leaves nothing behind", async () => {
  const { store, asked, path } = await talk({});
  const before = path();
  store.beginEdit(asked.id);
  store.setEditText(asked.id, "nada");
  store.cancelEdit(asked.id);
  expect(store.state.edits[asked.id]).toBeUndefined();
  expect(path()).toEqual(before);
  store.dispose();
});

test("an edit that is put aside is gone on with, unless nothing was changed", async () => {
  const { store, asked } = await talk({});
  store.beginEdit(asked.id);
  expect(store.putEditAside(asked.id)).toBe(false);
  expect(store.state.edits[asked.id]).toBeUndefined();
  store.beginEdit(asked.id);
  store.setEditText(asked.id, "half a thought");
  expect(store.putEditAside(asked.id)).toBe(true);
  expect(store.state.edits[asked.id]?.shown).toBe(false);
  store.beginEdit(asked.id);
  expect(store.state.edits[asked.id]).toMatchObject({ text: "half a thought", shown: true });
  store.dispose();
});

test("what is being edited outlives a reload as the same version, until it is sent or given up", async () => {
  const tabStorage = script.memoryStorage();
  const asked = question("Oi");
  const listMessages = () => ({ messages: [asked] });
  const next = question("Outra");
  const editMessage = () => ({ message: next, reply: reply(next, { status: Status.COMPLETE }) });
  const open = async () => {
    const { store } = scriptedStore({ messages: { listMessages, editMessage }, tabStorage });
    await store.open(CHAT);
    return store;
  };
  const before = await open();
  before.beginEdit(asked.id);
  before.setEditText(asked.id, "Outra");
  const { requestId } = before.state.edits[asked.id]!;
  before.dispose();
  const after = await open();
  const kept = { text: "Outra", requestId, shown: true, sending: false };
  expect(after.state.edits).toEqual({ [asked.id]: kept });
  await after.saveEdit(asked.id);
  after.dispose();
  const sent = await open();
  expect(sent.state.edits).toEqual({});
  sent.beginEdit(asked.id);
  sent.setEditText(asked.id, "nada");
  sent.cancelEdit(asked.id);
  sent.dispose();
  expect((await open()).state.edits).toEqual({});
});

test("a rating shows at once and goes back when it could not be stored", async () => {
  let fail = false;
  const rated: Rating[] = [];
  const { store, answer } = await talk({
    rateMessage(request: { rating: Rating }) {
      if (fail) throw new ConnectError("down", Code.Unavailable);
      rated.push(request.rating);
      return {};
    },
  });
  const rating = () => store.state.messages[answer.id]?.rating;
  const first = store.rate(answer.id, Rating.GOOD);
  expect(rating()).toBe(Rating.GOOD);
  await first;
  fail = true;
  const second = store.rate(answer.id, Rating.BAD);
  expect(rating()).toBe(Rating.BAD);
  await expect(second).rejects.toThrow("down");
  expect(rating()).toBe(Rating.GOOD);
  expect(rated).toEqual([Rating.GOOD]);
  store.dispose();
});

test("a deleted message takes what follows it, and its sibling is shown instead", async () => {
  const deleted: string[] = [];
  const { store, asked, answer, path } = await talk({
    deleteMessage(request: { messageId: string }) {
      deleted.push(request.messageId);
      return { deletedCount: 2 };
    },
  });
  expect(store.countFollowing(asked.id)).toBe(1);
  expect(store.countFollowing(answer.id)).toBe(0);
  await store.deleteMessage(asked.id);
  expect(deleted).toEqual([asked.id]);
  expect(path()).toEqual([]);
  expect(Object.values(store.state.messages)).toEqual([]);
  store.dispose();
});

test("a message that could not be deleted stays, and one that is gone already goes", async () => {
  let code = Code.Unavailable;
  const { store, answer, asked, path } = await talk({
    deleteMessage() {
      throw new ConnectError("no", code);
    },
  });
  await expect(store.deleteMessage(answer.id)).rejects.toThrow("no");
  expect(path()).toEqual([asked.id, answer.id]);
  code = Code.NotFound;
  await store.deleteMessage(answer.id);
  expect(path()).toEqual([asked.id]);
  store.dispose();
});

test("a cut answer goes on as a new version that begins with its text", async () => {
  const requests: string[] = [];
  const cut = { text: "Era uma", status: Status.STOPPED };
  const { store, asked, answer, path } = await talk(
    {
      async *continueReply(request: { requestId: string; messageId: string }) {
        requests.push(request.requestId);
        if (requests.length === 1) throw new ConnectError("down", Code.Unavailable);
        const longer = reply(asked, { text: "" });
        yield accepted(undefined, longer);
        yield delta(0, "Era uma");
        yield delta(7, " vez");
        yield finished(longer, "Era uma vez");
      },
    },
    cut,
  );
  await store.continueReply(answer.id);
  expect(store.state.redo[answer.id]).toMatchObject({ kind: "continued" });
  expect(store.state.redo[answer.id]?.error).toBeDefined();
  await store.continueReply(answer.id);
  expect(requests[1]).toBe(requests[0]);
  await vi.waitFor(() =>
    expect(store.state.messages[path().at(-1)!]).toMatchObject({
      text: "Era uma vez",
      status: Status.COMPLETE,
      role: Role.ASSISTANT,
    }),
  );
  expect(store.state.messages[answer.id]).toMatchObject(cut);
  store.dispose();
});
