import { create } from "@bufbuild/protobuf";
import { type ConnectRouter, createClient, createRouterTransport } from "@connectrpc/connect";
import { type Chat, ChatSchema } from "#proto/prosa/chat/v1/chat_pb.ts";
import { ChatService } from "#proto/prosa/chat/v1/chat_service_pb.ts";
import { type Message, MessageSchema, Role, Status } from "#proto/prosa/chat/v1/message_pb.ts";
import { MessageService } from "#proto/prosa/chat/v1/message_service_pb.ts";
import { createChatStore } from "../chat/chat-store.ts";
import type { Page } from "../chat/page.ts";
import type { ReplyEvent } from "../chat/reply-stream.ts";
import type { ChatDeps, Timing } from "../chat/state.ts";
import type { TakeSlot } from "../chat/stream-slots.ts";

export const CHAT = "01990000-0000-7000-8000-000000000001";
export const OTHER_CHAT = "01990000-0000-7000-8000-000000000002";

/** A page whose visibility a test decides. */
export function scriptedPage() {
  const hidden = new Set<() => void>();
  const resumed = new Set<() => void>();
  const left = new Set<() => void>();
  let visible = true;
  const listen = (set: Set<() => void>) => (listener: () => void) => {
    set.add(listener);
    return () => void set.delete(listener);
  };
  const page: Page = {
    visible: () => visible,
    onHide: listen(hidden),
    onResume: listen(resumed),
    onLeave: listen(left),
    batch: (apply) => () => void setTimeout(apply, 1),
  };
  return {
    page,
    leave: () => left.forEach((listener) => listener()),
    hide() {
      visible = false;
      for (const listener of [...hidden]) listener();
    },
    show() {
      visible = true;
      for (const listener of [...resumed]) listener();
    },
  };
}

/** A storage that outlives the stores of a test. */
export function memoryStorage(): ChatDeps["storage"] {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

let made = 0;
/** Ids that sort by their making, as those of the server do. */
function nextId(): string {
  made += 1;
  return `01990000-0000-7000-9000-${String(made).padStart(12, "0")}`;
}

export function chat(fields: Partial<Chat> = {}): Chat {
  return create(ChatSchema, { id: CHAT, model: "tiny", ...fields } as Chat);
}

export function question(text: string, fields: Partial<Message> = {}): Message {
  const own = { id: nextId(), chatId: CHAT, role: Role.USER, status: Status.COMPLETE, text };
  return create(MessageSchema, { ...own, ...fields } as Message);
}

export function reply(parent: Message, fields: Partial<Message> = {}): Message {
  const own = { id: nextId(), chatId: parent.chatId, parentId: parent.id, role: Role.ASSISTANT };
  return create(MessageSchema, { status: Status.STREAMING, ...own, ...fields } as Message);
}

export function delta(offset: number, text: string): { event: ReplyEvent } {
  return { event: { case: "delta", value: { offset: BigInt(offset), text } } } as {
    event: ReplyEvent;
  };
}

/** The rest of `text` from a byte on, as one delta. */
export function rest(text: string, offset: bigint): { event: ReplyEvent } {
  const bytes = new TextEncoder().encode(text).subarray(Number(offset));
  return delta(Number(offset), new TextDecoder("utf-8", { fatal: true }).decode(bytes));
}

export function finished(message: Message, text: string): { event: ReplyEvent } {
  const value = { message: { ...message, text, status: Status.COMPLETE } };
  return { event: { case: "finished", value } } as { event: ReplyEvent };
}

export function accepted(message: Message | undefined, answer: Message): { event: ReplyEvent } {
  const value = { chat: chat({ id: answer.chatId }), message, reply: answer };
  return { event: { case: "accepted", value } } as { event: ReplyEvent };
}

type Services = Parameters<ConnectRouter["service"]>;
type MessageScript = Extract<Services[1], object> & Record<string, unknown>;

/** A store over services that do what the test says; short pauses instead of real ones. */
export function scriptedStore(script: {
  chats?: Record<string, unknown>;
  messages?: MessageScript | Record<string, unknown>;
  storage?: ChatDeps["storage"];
  tabStorage?: ChatDeps["storage"];
  timing?: Partial<Timing>;
  takeSlot?: TakeSlot;
}) {
  const transport = createRouterTransport(({ service }) => {
    service(ChatService, {
      getChat: (request) => ({ chat: chat({ id: request.chatId }) }),
      listChats: () => ({ chats: [chat()] }),
      ...script.chats,
    });
    service(MessageService, { listMessages: () => ({}), ...script.messages });
  });
  const view = scriptedPage();
  const fast: Timing = {
    stall: 500,
    hide: 5,
    tellLoss: 5,
    backoff: () => 10,
    poll: 10,
    title: 50,
    peekEvery: 20,
    peekFor: 50,
  };
  const store = createChatStore({
    chats: createClient(ChatService, transport),
    messages: createClient(MessageService, transport),
    page: view.page,
    storage: script.storage ?? memoryStorage(),
    tabStorage: script.tabStorage ?? memoryStorage(),
    owner: "ana",
    takeSlot: script.takeSlot ?? (async () => () => {}),
    timing: { ...fast, ...script.timing },
  });
  return { store, ...view };
}

/** Stays open until the caller goes away. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve());
  });
}
