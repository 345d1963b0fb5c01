import type { Client } from "@connectrpc/connect";
import type { ChatService } from "#proto/prosa/chat/v1/chat_service_pb.ts";
import type { Chat } from "#proto/prosa/chat/v1/chat_pb.ts";
import { type Message, Role, Status } from "#proto/prosa/chat/v1/message_pb.ts";
import type { MessageService } from "#proto/prosa/chat/v1/message_service_pb.ts";
import type { SetStoreFunction } from "solid-js/store";
import type { Page } from "./page.ts";
import type { TakeSlot } from "./stream-slots.ts";

/** The place of what is written before its chat exists. */
export const NEW_CHAT = "new";

/** How far a list or a conversation has been fetched. */
export interface Fetched {
  status: "idle" | "loading" | "ready" | "failed";
  error?: unknown;
}

/** A message on its way, or one that did not arrive. */
export interface Unsent {
  requestId: string;
  /** For the first message of a chat: makes CreateChat repeatable. */
  chatRequestId: string;
  parentId: string;
  text: string;
  sending: boolean;
  error?: unknown;
}

/** What the server tells about a reply under way beyond the message itself. */
export interface Live {
  /** The place in line, and the one at which the waiting began. */
  position?: number;
  firstPosition?: number;
  loadingModel?: string;
  /** In milliseconds since 1970. */
  loadingSince?: number;
  /** Whether the connection is lost and being tried again. */
  lost?: boolean;
}

/** A wanted sibling of a reply that the server has not accepted yet: another one, or its continuation. */
export interface Redo {
  kind: "another" | "continued";
  requestId: string;
  error?: unknown;
}

/** Another version of a message, while it is being written or sent. */
export interface Edit {
  text: string;
  /** Makes the sending repeatable, as long as the text is the same. */
  requestId: string;
  /** Whether it stands in the message's place; one that was put aside waits to be gone on with. */
  shown: boolean;
  sending: boolean;
  error?: unknown;
}

/** A conversation: its messages in the order of creation, and the children chosen by the reader. */
export interface Conversation extends Fetched {
  ids: string[];
  choices: Record<string, string>;
}

export interface ChatState {
  chats: Record<string, Chat>;
  list: Fetched & { nextPageToken: string };
  conversations: Record<string, Conversation>;
  messages: Record<string, Message>;
  live: Record<string, Live>;
  redo: Record<string, Redo>;
  /** By the message that they are versions of. */
  edits: Record<string, Edit>;
  unsent: Record<string, Unsent[]>;
  unread: Record<string, boolean>;
  /** What is being written, by place. */
  drafts: Record<string, string>;
  /** The model of a chat that is still to be made; empty leaves it to the server. */
  newChatModel: string;
  /** The chat that is on the screen. */
  current: string;
}

/** The durations that a test makes short, all in milliseconds. */
export interface Timing {
  /** Silence after which a stream is opened again. */
  stall: number;
  /** How long a hidden tab keeps its stream. */
  hide: number;
  /** How long a loss may last before it is told. */
  tellLoss: number;
  /** The pause before the next try, given how many have failed. */
  backoff(failures: number): number;
  /** How often a reply is asked for while there is no place for its stream. */
  poll: number;
  /** How long a title may take after the end of a reply. */
  title: number;
  /** How often, and then how long, a reply in a chat that is not on the screen is looked at. */
  peekEvery: number;
  peekFor: number;
}

const MAX_PAUSE_MS = 3_000;

export const TIMING: Timing = {
  stall: 30_000,
  hide: 1_000,
  tellLoss: 700,
  backoff: (failures) => Math.min(MAX_PAUSE_MS, 250 * 2 ** failures) * (0.5 + Math.random()),
  poll: 1_000,
  title: 15_000,
  peekEvery: 5_000,
  peekFor: 1_500,
};

type KeyStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export interface ChatDeps {
  chats: Client<typeof ChatService>;
  messages: Client<typeof MessageService>;
  page: Page;
  storage: KeyStorage;
  /** As `storage`, but of this tab alone. */
  tabStorage: KeyStorage;
  /** The signed-in user's id: what is kept in the browser is kept for each user. */
  owner: string;
  timing: Timing;
  takeSlot: TakeSlot;
}

/** What the parts of the store share. */
export interface ChatContext {
  state: ChatState;
  setState: SetStoreFunction<ChatState>;
  deps: ChatDeps;
}

export function emptyState(): ChatState {
  return {
    chats: {},
    list: { status: "idle", nextPageToken: "" },
    conversations: {},
    messages: {},
    live: {},
    redo: {},
    edits: {},
    unsent: {},
    unread: {},
    drafts: {},
    newChatModel: "",
    current: NEW_CHAT,
  };
}

export function isRunning(message: Message | undefined): boolean {
  return (
    message?.role === Role.ASSISTANT &&
    message.status >= Status.QUEUED &&
    message.status <= Status.STREAMING
  );
}
