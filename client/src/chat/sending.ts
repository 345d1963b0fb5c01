import { Role } from "#proto/prosa/chat/v1/message_pb.ts";
import type { ReplyAccepted } from "#proto/prosa/chat/v1/reply_event_pb.ts";
import { Code, ConnectError } from "@connectrpc/connect";
import { batch } from "solid-js";
import { createAskingAgain } from "./asking-again.ts";
import type { Chats } from "./chats.ts";
import type { Conversations } from "./conversations.ts";
import { firstEvent } from "./first-event.ts";
import type { Kept } from "./kept.ts";
import type { Replies } from "./replies.ts";
import { openSource } from "./reply-sink.ts";
import { PAINT_INTERVAL, type ReplySource } from "./reply-stream.ts";
import { requestId } from "./request-id.ts";
import { type ChatContext, isRunning, NEW_CHAT, type Unsent } from "./state.ts";
import { currentPath, treeOf } from "./tree.ts";

interface SendingParts {
  chats: Chats;
  conversations: Conversations;
  replies: Replies;
  kept: Kept;
}

/** Sends messages, asks for other versions of replies, and stops replies. */
export function createSending(context: ChatContext, parts: SendingParts) {
  const { state, setState, deps } = context;
  const { chats, conversations, replies, kept } = parts;
  const unwanted = new Set<string>();

  const setUnsent = (place: string, change: (messages: Unsent[]) => Unsent[]) => {
    setState("unsent", place, (messages) => change(messages ?? []));
    kept.setUnsent(place, state.unsent[place] ?? []);
  };
  const drop = (place: string, id: string) =>
    setUnsent(place, (messages) => messages.filter((one) => one.requestId !== id));
  const update = (place: string, id: string, fields: Partial<Unsent>) =>
    setUnsent(place, (messages) =>
      messages.map((one) => (one.requestId === id ? { ...one, ...fields } : one)),
    );

  /** Returns the chat of the place, made first if need be; the message moves there. */
  async function ensureChat(place: string, message: Unsent): Promise<string> {
    if (place !== NEW_CHAT) return place;
    const { chat } = await deps.chats.createChat({
      requestId: message.chatRequestId,
      model: state.newChatModel,
    });
    if (!chat) throw new ConnectError("no chat in the answer", Code.Internal);
    batch(() => {
      chats.put(chat);
      conversations.put(chat.id, []);
      drop(NEW_CHAT, message.requestId);
      setUnsent(chat.id, (messages) => [...messages, message]);
      if (state.current === NEW_CHAT) setState("current", chat.id);
    });
    return chat.id;
  }

  function accept(accepted: ReplyAccepted, source: ReplySource): void {
    const { chat, message, reply } = accepted;
    if (!reply) return source.close();
    batch(() => {
      if (chat) chats.put(chat);
      conversations.put(reply.chatId, message ? [message, reply] : [reply]);
      // The server may have put it below another version of what was shown.
      conversations.reveal(reply.chatId, reply.id);
      if (message) conversations.choose(message.id);
      conversations.choose(reply.id);
    });
    replies.adopt(reply.id, source);
  }

  async function ask(chatId: string, message: Unsent): Promise<void> {
    const source = openSource((signal) =>
      deps.messages.sendMessage(
        {
          requestId: message.requestId,
          chatId,
          parentId: message.parentId,
          text: message.text,
          deltaInterval: PAINT_INTERVAL,
        },
        { signal },
      ),
    );
    try {
      const accepted = await firstEvent(source, deps.timing.stall);
      batch(() => {
        drop(chatId, message.requestId);
        accept(accepted, source);
      });
      const stopAtOnce = unwanted.delete(message.requestId);
      if (stopAtOnce && accepted.reply) await stop(accepted.reply.id);
    } catch (error) {
      source.close();
      update(chatId, message.requestId, { sending: false, error });
    }
  }

  /** Returns the id of the message's chat as soon as there is one; the place when it failed. */
  async function deliver(place: string, message: Unsent): Promise<string> {
    try {
      const chatId = await ensureChat(place, message);
      void ask(chatId, message);
      return chatId;
    } catch (error) {
      update(place, message.requestId, { sending: false, error });
      return place;
    }
  }

  /** A message follows a reply: after a question without one it stands beside that question. */
  function parentIn(place: string): string {
    const tree = treeOf(state.conversations[place], state.messages);
    const last = currentPath(tree).at(-1) ?? "";
    return state.messages[last]?.role === Role.USER ? tree.parentOf(last) : last;
  }

  async function stop(replyId: string): Promise<void> {
    const { message } = await deps.messages.stopReply({ messageId: replyId });
    if (message && isRunning(state.messages[replyId])) setState("messages", replyId, message);
  }

  return {
    /** Sends a text in a chat or, with NEW_CHAT, in a new one; returns the id of its chat. */
    send(place: string, text: string): Promise<string> {
      const message: Unsent = {
        requestId: requestId(),
        chatRequestId: requestId(),
        parentId: parentIn(place),
        text,
        sending: true,
      };
      setUnsent(place, (messages) => [...messages, message]);
      return deliver(place, message);
    },
    /** Sends an unsent message again, as the same message. */
    async retry(place: string, id: string): Promise<string> {
      update(place, id, { sending: true, error: undefined, parentId: parentIn(place) });
      const message = state.unsent[place]?.find((one) => one.requestId === id);
      return message ? deliver(place, { ...message }) : place;
    },
    /** Gives an unsent message up and returns its text. */
    takeBack(place: string, id: string): string {
      const text = state.unsent[place]?.find((one) => one.requestId === id)?.text ?? "";
      drop(place, id);
      return text;
    },
    /** Stops the reply to a message that is still on its way as soon as it arrives. */
    stopUnsent: (id: string) => void unwanted.add(id),
    stop,
    ...createAskingAgain(context, accept),
  };
}
