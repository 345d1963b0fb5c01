import type { ReplyAccepted } from "#proto/prosa/chat/v1/reply_event_pb.ts";
import { batch } from "solid-js";
import { produce } from "solid-js/store";
import { firstEvent } from "./first-event.ts";
import { openSource } from "./reply-sink.ts";
import { PAINT_INTERVAL, type ReplySource } from "./reply-stream.ts";
import { requestId } from "./request-id.ts";
import type { ChatContext, Redo } from "./state.ts";

/** Asks the model for other versions of replies. */
export function createAskingAgain(
  { state, setState, deps }: ChatContext,
  accept: (accepted: ReplyAccepted, source: ReplySource) => void,
) {
  async function ask(messageId: string, kind: Redo["kind"]): Promise<void> {
    const before = state.redo[messageId];
    const id = before?.kind === kind ? before.requestId : requestId();
    setState("redo", messageId, { kind, requestId: id, error: undefined });
    const source = openSource((signal) => {
      const request = { requestId: id, messageId, deltaInterval: PAINT_INTERVAL };
      return kind === "another"
        ? deps.messages.regenerateReply(request, { signal })
        : deps.messages.continueReply(request, { signal });
    });
    try {
      const accepted = await firstEvent(source, deps.timing.stall);
      batch(() => {
        setState(
          "redo",
          produce((wanted) => void delete wanted[messageId]),
        );
        accept(accepted, source);
      });
    } catch (error) {
      source.close();
      setState("redo", messageId, { kind, requestId: id, error });
    }
  }

  return {
    /** Asks for another version of a reply. */
    regenerate: (messageId: string) => ask(messageId, "another"),
    /** Has the model go on with a reply that was cut, as a new version of it. */
    continueReply: (messageId: string) => ask(messageId, "continued"),
  };
}
