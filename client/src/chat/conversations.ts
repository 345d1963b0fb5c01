import { type Message, Role } from "#proto/prosa/chat/v1/message_pb.ts";
import { Code, ConnectError } from "@connectrpc/connect";
import { batch } from "solid-js";
import { produce, reconcile } from "solid-js/store";
import type { Kept } from "./kept.ts";
import { type ChatContext, type ChatDeps, isRunning, type Unsent } from "./state.ts";
import { currentPath, treeOf } from "./tree.ts";

const PAGE_SIZE = 100;
/** Made anew each time: the store writes into it. */
const empty = () => ({ ids: [] as string[], choices: {} });

/** A fetch of a conversation under way, and what has happened here since it began. */
interface Load {
  done: Promise<void>;
  put: Set<string>;
  dropped: Set<string>;
}

/** Fetches conversations and keeps the messages' places in them. */
export function createConversations(
  { state, setState, deps }: ChatContext,
  kept: Kept,
  isFollowed: (id: string) => boolean,
) {
  const loads = new Map<string, Load>();

  /** Puts messages into their conversation, in the order of creation, which their ids tell. */
  function put(chatId: string, messages: readonly Message[]): void {
    batch(() => {
      for (const message of messages) {
        if (!isNewerHere(message)) setState("messages", message.id, reconcile(message));
        loads.get(chatId)?.put.add(message.id);
      }
      const known = state.conversations[chatId] ?? { ...empty(), status: "ready" };
      const ids = new Set([...known.ids, ...messages.map((message) => message.id)]);
      setState("conversations", chatId, { ...known, ids: [...ids].toSorted() });
    });
  }

  /** What is stored of a running reply lags behind what its stream has brought. */
  function isNewerHere(stored: Message): boolean {
    if (isFollowed(stored.id)) return true;
    const here = state.messages[stored.id];
    return isRunning(stored) && (here?.text.length ?? 0) > stored.text.length;
  }

  /** Takes over what the server has: what it has not any more goes, if it was there before. */
  function replace(chatId: string, fetched: readonly Message[], load: Load): void {
    const there = fetched.filter(({ id }) => !load.dropped.has(id));
    const stays = new Set([...there.map(({ id }) => id), ...load.put]);
    const known = state.conversations[chatId]?.ids ?? [];
    drop(
      chatId,
      known.filter((id) => !stays.has(id) && !isFollowed(id)),
    );
    put(chatId, there);
  }

  async function fetchConversation(chatId: string, load: Load): Promise<void> {
    const known = state.conversations[chatId];
    const first = known?.status !== "ready";
    if (first) {
      setState("conversations", chatId, { ...empty(), ...known, status: "loading" });
    }
    try {
      const [{ chat }, messages] = await Promise.all([
        deps.chats.getChat({ chatId }),
        fetchAll(deps, chatId),
      ]);
      batch(() => {
        if (chat) setState("chats", chatId, reconcile(chat));
        replace(chatId, messages, load);
        setState("conversations", chatId, { status: "ready", error: undefined });
        dropArrived(chatId);
      });
    } catch (error) {
      const gone = error instanceof ConnectError && error.code === Code.NotFound;
      if (gone) forget(chatId);
      if (first || gone) setState("conversations", chatId, { ...empty(), status: "failed", error });
    }
  }

  /** Drops what is known of a chat that does not exist any more. */
  function forget(chatId: string): void {
    setState(
      produce((all) => {
        delete all.conversations[chatId];
        for (const message of Object.values(all.messages)) {
          if (message.chatId === chatId) delete all.messages[message.id];
        }
      }),
    );
  }

  /** Drops messages that do not exist any more. */
  function drop(chatId: string, ids: readonly string[]): void {
    const gone = new Set(ids);
    if (gone.size === 0) return;
    for (const id of ids) loads.get(chatId)?.dropped.add(id);
    batch(() => {
      setState("conversations", chatId, "ids", (known) => known.filter((id) => !gone.has(id)));
      setState(
        "messages",
        produce((messages) => ids.forEach((id) => void delete messages[id])),
      );
    });
  }

  function dropArrived(chatId: string): void {
    const unsent = state.unsent[chatId] ?? [];
    const stored = (state.conversations[chatId]?.ids ?? []).map((id) => state.messages[id]);
    const left = unsent.filter((one) => one.sending || !hasArrived(one, stored));
    if (left.length === unsent.length) return;
    setState("unsent", chatId, left);
    kept.setUnsent(chatId, left);
  }

  /** Shows another version of a message. */
  function choose(id: string): void {
    const message = state.messages[id];
    if (message) setState("conversations", message.chatId, "choices", message.parentId, id);
  }

  return {
    put,
    drop,
    forget,
    /** Fetches a chat with its messages, again if need be; one call at a time for each chat. */
    load(chatId: string): Promise<void> {
      const running = loads.get(chatId);
      if (running) return running.done;
      const load = { done: Promise.resolve(), put: new Set<string>(), dropped: new Set<string>() };
      loads.set(chatId, load);
      load.done = fetchConversation(chatId, load).finally(() => loads.delete(chatId));
      return load.done;
    },
    choose,
    /** Chooses the versions that lead to a message, where others are shown; false: it is not there. */
    reveal(chatId: string, id: string): boolean {
      const conversation = state.conversations[chatId];
      if (!conversation?.ids.includes(id)) return false;
      const shown = new Set(currentPath(treeOf(conversation, state.messages)));
      batch(() => {
        let at = state.messages[id];
        while (at && !shown.has(at.id)) {
          choose(at.id);
          at = state.messages[at.parentId];
        }
      });
      return true;
    },
  };
}

async function fetchAll({ messages }: ChatDeps, chatId: string): Promise<Message[]> {
  const all: Message[] = [];
  let pageToken = "";
  do {
    const page = await messages.listMessages({ chatId, pageSize: PAGE_SIZE, pageToken });
    all.push(...page.messages);
    pageToken = page.nextPageToken;
  } while (pageToken);
  return all;
}

/** A message whose answer was lost may have arrived all the same: then it is not unsent. */
function hasArrived(unsent: Unsent, stored: readonly (Message | undefined)[]): boolean {
  return stored.some(
    (message) =>
      message?.role === Role.USER &&
      message.parentId === unsent.parentId &&
      message.text === unsent.text,
  );
}

export type Conversations = ReturnType<typeof createConversations>;
