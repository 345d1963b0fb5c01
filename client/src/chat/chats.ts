import type { Chat } from "#proto/prosa/chat/v1/chat_pb.ts";
import { type Timestamp, timestampMs } from "@bufbuild/protobuf/wkt";
import { batch } from "solid-js";
import { produce, reconcile } from "solid-js/store";
import type { ChatContext } from "./state.ts";

const PAGE_SIZE = 50;

/** When a chat last changed, in milliseconds since 1970. */
export function changedAt(chat: { updateTime?: Timestamp | undefined }): number {
  return chat.updateTime ? timestampMs(chat.updateTime) : 0;
}

/** The list of chats. The writing functions show their effect at once and undo it when they fail. */
export function createChats({ state, setState, deps }: ChatContext) {
  const put = (chat: Chat) => setState("chats", chat.id, reconcile(chat));
  const drop = (id: string) =>
    setState(
      "chats",
      produce((chats) => void delete chats[id]),
    );

  async function fetchPage(pageToken: string): Promise<void> {
    setState("list", "status", "loading");
    try {
      const page = await deps.chats.listChats({ pageSize: PAGE_SIZE, pageToken });
      batch(() => {
        page.chats.forEach(put);
        setState("list", reconcile({ status: "ready", nextPageToken: page.nextPageToken }));
      });
    } catch (error) {
      setState("list", { status: "failed", error });
    }
  }

  /** Fetches the first page again, and drops what has been deleted elsewhere. */
  async function refresh(): Promise<void> {
    const before = Object.values(state.chats).map((chat) => ({ id: chat.id, at: changedAt(chat) }));
    const page = await deps.chats.listChats({ pageSize: PAGE_SIZE });
    const listed = new Set(page.chats.map((chat) => chat.id));
    const last = page.chats.at(-1);
    const reach = page.nextPageToken && last ? changedAt(last) : 0;
    batch(() => {
      page.chats.forEach(put);
      for (const { id, at } of before) {
        const chat = state.chats[id];
        if (chat && !listed.has(id) && at > reach && changedAt(chat) === at) drop(id);
      }
    });
  }

  async function change(id: string, fields: { title?: string; model?: string }): Promise<void> {
    const { title, model } = state.chats[id] ?? {};
    setState("chats", id, fields);
    try {
      const { chat } = await deps.chats.updateChat({ chatId: id, ...fields });
      if (chat) put(chat);
    } catch (error) {
      if (state.chats[id] && title !== undefined && model !== undefined) {
        setState("chats", id, { title, model });
      }
      throw error;
    }
  }

  return {
    put,
    /** Fetches the first page, unless it is there. */
    async load(): Promise<void> {
      if (state.list.status === "idle" || state.list.status === "failed") await fetchPage("");
    },
    async loadMore(): Promise<void> {
      const { status, nextPageToken } = state.list;
      if (status !== "loading" && nextPageToken) await fetchPage(nextPageToken);
    },
    /** As `refresh`, but silent when it fails: what is shown stays. */
    async refreshQuietly(): Promise<void> {
      if (state.list.status !== "ready") return;
      await refresh().catch(() => {});
    },
    rename: (id: string, title: string) => change(id, { title }),
    setModel: (id: string, model: string) => change(id, { model }),
    async remove(id: string): Promise<void> {
      const chat = state.chats[id];
      drop(id);
      try {
        await deps.chats.deleteChat({ chatId: id });
      } catch (error) {
        if (chat) setState("chats", id, chat);
        throw error;
      }
    },
    async restore(id: string): Promise<void> {
      const { chat } = await deps.chats.undeleteChat({ chatId: id });
      if (chat) put(chat);
    },
  };
}

export type Chats = ReturnType<typeof createChats>;
