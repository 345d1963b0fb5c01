import {
  type FollowReplyResponse,
  FollowReplyResponseSchema,
  type SendMessageResponse,
  SendMessageResponseSchema,
} from "#proto/prosa/chat/v1/message_service_pb.ts";
import { type ConverseResponse, ConverseResponseSchema } from "#proto/prosa/chat/v1/converse_pb.ts";
import type { Output } from "./output.ts";

export type StreamedReply = SendMessageResponse | FollowReplyResponse | ConverseResponse;

/** A step of a reply as JSON, the same whatever stream it came on. */
export function printEvent(output: Output, response: StreamedReply): Promise<void> {
  switch (response.$typeName) {
    case "prosa.chat.v1.SendMessageResponse":
      return output.json(SendMessageResponseSchema, response);
    case "prosa.chat.v1.FollowReplyResponse":
      return output.json(FollowReplyResponseSchema, response);
    case "prosa.chat.v1.ConverseResponse":
      return output.json(ConverseResponseSchema, response);
  }
}
