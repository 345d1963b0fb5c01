import { type Streamer, TimeRequestSchema } from "#proto/study/streamer_pb.ts";
import type { ServiceImpl } from "@connectrpc/connect";
import { setTimeout as sleep } from "node:timers/promises";
import type { Deps } from "../app.ts";
import { MAX_STUDY_TIMES, STUDY_TICK } from "../limits.ts";
import { openStreamSignal } from "../rpc/context.ts";
import { violation } from "./violation.ts";

/** One request, a stream of responses. */
export function streamerService({ topics }: Deps): ServiceImpl<typeof Streamer> {
  return {
    async *streamTime({ count }, context) {
      if (count < 0 || count > MAX_STUDY_TIMES) {
        const words = `must be from 0 to ${MAX_STUDY_TIMES}`;
        throw violation(TimeRequestSchema.field.count, "int32.gte_lte", words);
      }
      const signal = openStreamSignal(context, topics);
      const start = Date.now();
      for (let told = 0; told < count; told += 1) {
        const due = start + told * STUDY_TICK;
        await sleep(due - Date.now(), undefined, { signal }).catch(() => undefined);
        signal.throwIfAborted();
        yield { time: new Date().toTimeString().slice(0, "HH:MM:SS".length) };
      }
    },
  };
}
