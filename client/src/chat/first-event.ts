import type { ReplyAccepted } from "#proto/prosa/chat/v1/reply_event_pb.ts";
import { Code, ConnectError } from "@connectrpc/connect";
import type { ReplySource } from "./reply-stream.ts";

/** The first event of a stream, which has to be `accepted` and has to come in time. */
export async function firstEvent(source: ReplySource, withinMs: number): Promise<ReplyAccepted> {
  const late = new ConnectError("no answer in time", Code.DeadlineExceeded);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late), withinMs);
  });
  try {
    const first = await Promise.race([source.events.next(), limit]);
    const event = first.done ? undefined : first.value.event;
    if (event?.case === "accepted") return event.value;
    throw new ConnectError("the stream did not begin", Code.Unavailable);
  } finally {
    clearTimeout(timer);
  }
}
