import { type Averager, NumberSchema } from "#proto/study/averager_pb.ts";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Deps } from "../app.ts";
import { MAX_STUDY_NUMBERS, OPEN_STREAM_IDLE } from "../limits.ts";
import { readClientStream } from "../client-stream.ts";
import { openStreamSignal } from "../rpc/context.ts";
import { createMean } from "./mean.ts";
import { violation } from "./violation.ts";

const { value: field } = NumberSchema.field;

/** A stream of requests, one response. */
export function averagerService({ topics }: Deps): ServiceImpl<typeof Averager> {
  return {
    async computeAverage(numbers, context) {
      const signal = openStreamSignal(context, topics);
      const limits = { signal, idle: OPEN_STREAM_IDLE, most: MAX_STUDY_NUMBERS };
      const mean = createMean();
      for await (const { value } of readClientStream(numbers, limits)) {
        if (!Number.isFinite(value)) throw violation(field, "double.finite", "must be finite");
        mean.add(value);
      }
      const result = mean.value();
      if (result === undefined) throw violation(field, "required", "at least one number is needed");
      return { result };
    },
  };
}
