import { createStore } from "solid-js/store";
import { expect, test } from "vitest";
import { Status } from "#proto/prosa/chat/v1/message_pb.ts";
import { CHAT, question, reply } from "../testing/scripted-chats.ts";
import { createOutlines } from "./outlines.ts";
import { type ChatState, emptyState } from "./state.ts";

/** A chat of so many messages in a row, and how often the parent of a message was asked for. */
function longChat(length: number) {
  const first = question("0");
  const all = [first];
  while (all.length < length) {
    const parentId = all.at(-1)!.id;
    all.push(question(String(all.length), { parentId }));
  }
  let reads = 0;
  const counted = all.map((message) => ({
    ...message,
    get parentId() {
      reads += 1;
      return message.parentId;
    },
  }));
  const [state, setState] = createStore<ChatState>({
    ...emptyState(),
    messages: Object.fromEntries(counted.map((message) => [message.id, message])),
    conversations: {
      [CHAT]: { ids: all.map(({ id }) => id), choices: {}, status: "ready" as const },
    },
  });
  return { state, setState, ids: all.map(({ id }) => id), reads: () => reads };
}

test("the versions of all messages of a long chat cost one walk through it, not one each", () => {
  const length = 500;
  const { state, ids, reads } = longChat(length);
  const outlines = createOutlines(state);
  for (const id of ids) {
    expect(outlines.siblings(id)).toEqual({ ids: [id], index: 0 });
    expect(outlines.path(CHAT)).toHaveLength(length);
  }
  // Once for the walk, and once for its own place.
  expect(reads()).toBeLessThanOrEqual(2 * length);
  outlines.dispose();
});

test("an outline follows its chat: new versions, choices, and answers under way", () => {
  const { state, setState, ids } = longChat(2);
  const outlines = createOutlines(state);
  expect([outlines.path(CHAT), outlines.isBusy(CHAT)]).toEqual([ids, false]);
  const answer = reply(state.messages[ids[0]!]!);
  setState("messages", answer.id, answer);
  setState("conversations", CHAT, "ids", (known) => [...known, answer.id]);
  expect(outlines.siblings(answer.id)).toEqual({ ids: [ids[1], answer.id], index: 1 });
  expect([outlines.path(CHAT), outlines.isBusy(CHAT)]).toEqual([[ids[0], answer.id], true]);
  setState("conversations", CHAT, "choices", ids[0]!, ids[1]!);
  setState("messages", answer.id, "status", Status.COMPLETE);
  expect([outlines.path(CHAT), outlines.isBusy(CHAT)]).toEqual([ids, false]);
  expect(outlines.path("another chat")).toEqual([]);
  outlines.dispose();
});
