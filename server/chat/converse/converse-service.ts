import type { ConverseRequest } from "#proto/prosa/chat/v1/converse_pb.ts";
import type { MessageService } from "#proto/prosa/chat/v1/message_service_pb.ts";
import { durationMs } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Deps } from "../../app.ts";
import { fromOptions } from "../../llm/convert.ts";
import { currentUser, streamSignal } from "../../rpc/context.ts";
import { toConverseEvent } from "../convert.ts";
import { converse } from "./converse.ts";
import type { Wish } from "./turns.ts";

export function converseMethods(deps: Deps) {
  return {
    async *converse(requests, context) {
      const signal = streamSignal(context, deps.topics);
      const steps = converse(deps, currentUser(context), toWishes(requests), signal);
      for await (const step of steps) yield toConverseEvent(step);
    },
  } satisfies Partial<ServiceImpl<typeof MessageService>>;
}

async function* toWishes(requests: AsyncIterable<ConverseRequest>): AsyncGenerator<Wish> {
  for await (const { request } of requests) {
    const wish = toWish(request);
    if (wish !== undefined) yield wish;
  }
}

function toWish(request: ConverseRequest["request"]): Wish | undefined {
  switch (request.case) {
    case "open": {
      const { deltaInterval } = request.value;
      const interval = deltaInterval === undefined ? 0 : durationMs(deltaInterval);
      return { kind: "open", open: { ...request.value, interval } };
    }
    case "say": {
      const { options } = request.value;
      const say = { ...request.value, options: options && fromOptions(options) };
      return { kind: "say", say };
    }
    case "stop":
      return { kind: "stop" };
    // Validation has refused a request without a wish.
    case undefined:
      return undefined;
  }
}
