import type { ReplyDelta } from "#proto/prosa/chat/v1/reply_event_pb.ts";

export type ReplyText = ReturnType<typeof createReplyText>;

/** How much of a reply has been shown, in bytes, and what of a delta is new. */
export function createReplyText() {
  let text = 0;
  let thinking = 0;
  return {
    text: () => text,
    thinking: () => thinking,
    /** What of a delta has not been seen; throws when something before it is missing. */
    take(delta: Pick<ReplyDelta, "offset" | "text" | "thinking">): {
      text: string;
      thinking: string;
    } {
      const fresh = {
        text: unseen(delta.text, Number(delta.offset), text),
        thinking: unseen(delta.thinking, Number(delta.offset), thinking),
      };
      text += Buffer.byteLength(fresh.text);
      thinking += Buffer.byteLength(fresh.thinking);
      return fresh;
    },
  };
}

/** A reply whose stream begins anew repeats what is known already. */
function unseen(piece: string, offset: number, known: number): string {
  if (piece === "") return "";
  if (offset > known) throw new Error("a part of the reply is missing");
  if (offset === known) return piece;
  return Buffer.from(piece)
    .subarray(known - offset)
    .toString();
}
