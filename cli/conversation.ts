import type { Chat } from "#proto/prosa/chat/v1/chat_pb.ts";
import {
  type ConverseRequestSchema,
  type ConverseResponse,
  type ConverseOpenSchema,
} from "#proto/prosa/chat/v1/converse_pb.ts";
import type { Message } from "#proto/prosa/chat/v1/message_pb.ts";
import { ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { randomUUID } from "node:crypto";
import type { Clients } from "./clients.ts";
import { Failure, reasonOf } from "./failure.ts";
import { createOutbox } from "./outbox.ts";
import type { StreamedReply } from "./print-event.ts";
import { createReply, type Reply, type ReplyListener, readReply } from "./reply.ts";

type Request = MessageInitShape<typeof ConverseRequestSchema>;
type Opening = MessageInitShape<typeof ConverseOpenSchema>;
type Seen = (response: StreamedReply) => Promise<void>;

export type Conversation = ReturnType<typeof createConversation>;

/** A chat over one stream of Converse, which is opened anew when it is lost. */
export function createConversation(
  clients: Clients,
  opening: Opening,
  signal: AbortSignal,
  seen: Seen = async () => {},
) {
  let chat: Chat | undefined;
  let stream: Stream | undefined;
  let answering: Reply | undefined;

  async function open(): Promise<Stream> {
    const opened = openStream(clients, signal);
    const known = chat === undefined ? opening : { chatId: chat.id };
    opened.send({ request: { case: "open", value: known } });
    const response = await opened.next();
    if (response.event.case !== "opened") throw new Failure("The server did not open the chat.");
    await seen(response);
    chat = response.event.value.chat!;
    return opened;
  }

  /** Says it on the stream and takes what comes, up to the end of the reply. */
  async function sayAndRead(reply: Reply, say: Request): Promise<Message> {
    stream ??= await open();
    stream.send(say);
    for (;;) {
      const response = await stream.next();
      await seen(response);
      const message = await reply.take(response.event);
      if (message !== undefined) return message;
    }
  }

  return {
    /** Undefined until it is opened. */
    chat: () => chat,

    /** Makes or finds the chat, as the first `say` does by itself. */
    async open(): Promise<Chat> {
      stream ??= await open();
      return chat!;
    },

    /** Says something and resolves with the reply. Lost connections are taken up where they broke. */
    async say(text: string, listener: ReplyListener): Promise<Message> {
      const requestId = randomUUID();
      const say: Request = { request: { case: "say", value: { requestId, text } } };
      const reply = createReply(listener);
      answering = reply;
      try {
        for (;;) {
          try {
            return await sayAndRead(reply, say);
          } catch (error) {
            // There is no chat yet: what is wrong is told at once, as with every command.
            if (chat === undefined) throw error;
            stream?.close();
            stream = undefined;
            // A stream on which nothing was said for long is ended by the server: no loss.
            if (reasonOf(error) === ErrorReason.STREAM_IDLE && reply.id() === "") continue;
            await reply.lost(error, signal);
          }
          // What was said is answered by now, also while nobody listened.
          if (reply.id() !== "") return await readReply(reply, clients, noStream, signal, seen);
        }
      } finally {
        answering = undefined;
      }
    },

    /** Stops the reply under way; what was written stays. */
    async stop(): Promise<void> {
      if (stream !== undefined) return stream.send({ request: { case: "stop", value: {} } });
      const messageId = answering?.id() ?? "";
      if (messageId !== "") await clients.messages.stopReply({ messageId });
    },

    close: () => stream?.close(),
  };
}

type Stream = ReturnType<typeof openStream>;

function openStream({ messages }: Clients, signal: AbortSignal) {
  const outbox = createOutbox<Request>();
  const leave = new AbortController();
  const both = AbortSignal.any([signal, leave.signal]);
  const responses = messages.converse(outbox, { signal: both })[Symbol.asyncIterator]();
  return {
    send: outbox.push,
    async next(): Promise<ConverseResponse> {
      const { done, value } = await responses.next();
      if (done === true) throw new Failure("The server ended the conversation.");
      return value;
    },
    /** Half-closes and leaves: a reply under way goes on at the server. */
    close(): void {
      outbox.end();
      leave.abort();
    },
  };
}

function noStream(): never {
  throw new Error("the reply is known by its id");
}
