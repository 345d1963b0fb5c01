import { type Message, Status } from "#proto/prosa/chat/v1/message_pb.ts";
import { cleanLine } from "./clean.ts";
import type { Clients } from "./clients.ts";
import { Failure } from "./failure.ts";
import { createPatience } from "./patience.ts";
import type { StreamedReply } from "./print-event.ts";
import { createReplyText } from "./reply-text.ts";

/** A step of a reply, the same on every stream that brings one. */
export type ReplyEvent = StreamedReply["event"];

export type ReplyListener = {
  text(text: string, thinking: string): Promise<void>;
  /** What is waited for before there is text; empty when it is over. */
  waits(words: string): void;
};

/** The reply to one message as it is read, over as many connections as that takes. */
export function createReply(listener: ReplyListener) {
  const known = createReplyText();
  let id = "";
  let ended = false;
  const patience = createPatience(listener.waits);

  return {
    /** The reply's id, empty until the server has accepted the message. */
    id: () => id,

    ended: () => ended,

    /** Takes one step, and returns the reply when it was the last. */
    async take(event: ReplyEvent): Promise<Message | undefined> {
      patience.renew();
      switch (event.case) {
        case "accepted":
          id = event.value.reply!.id;
          return undefined;
        case "queued":
          listener.waits(`in line: ${event.value.position} of ${event.value.length}`);
          return undefined;
        case "loading":
          listener.waits(`loading ${cleanLine(event.value.model)} …`);
          return undefined;
        case "delta": {
          const { text, thinking } = known.take(event.value);
          listener.waits(thinking === "" ? "" : "thinking …");
          await listener.text(text, thinking);
          return undefined;
        }
        case "finished":
          listener.waits("");
          ended = true;
          return event.value.message;
        default:
          return undefined;
      }
    },

    /** After an error: waits for a moment when another try makes sense, or throws it. */
    lost: patience.wait,

    /** The rest of the reply from where it was lost. */
    follow: ({ messages }: Clients, signal: AbortSignal) =>
      messages.followReply(
        {
          messageId: id,
          offset: BigInt(known.text()),
          thinkingOffset: BigInt(known.thinking()),
        },
        { signal },
      ),
  };
}

export type Reply = ReturnType<typeof createReply>;

/** Reads a reply to its end; `begin` asks for it, and asks again when nobody has answered. */
export async function readReply(
  reply: Reply,
  clients: Clients,
  begin: () => AsyncIterable<StreamedReply>,
  signal: AbortSignal,
  seen: (response: StreamedReply) => Promise<void> = async () => {},
): Promise<Message> {
  for (;;) {
    try {
      const stream: AsyncIterable<StreamedReply> =
        reply.id() === "" ? begin() : reply.follow(clients, signal);
      for await (const response of stream) {
        await seen(response);
        const message = await reply.take(response.event);
        if (message !== undefined) return message;
      }
      throw new Failure("The server ended the answer without its end.");
    } catch (error) {
      await reply.lost(error, signal);
    }
  }
}

/** Throws when a reply is not whole, with the server's reason in one line. */
export function checkReply({ status, error, truncated }: Message): void {
  if (status === Status.STOPPED) throw new Failure("The answer was stopped.");
  if (status === Status.COMPLETE) {
    if (truncated) throw new Failure("The answer was cut at its greatest length.");
    return;
  }
  throw new Failure(`The answer is not whole: ${cleanLine(error?.message ?? "") || "unknown"}`);
}
