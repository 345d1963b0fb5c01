import type {
  GenerateRequest,
  GenerateResponseSchema,
  LlmService,
} from "#proto/prosa/llm/v1/llm_service_pb.ts";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampNow } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Deps } from "../app.ts";
import { AppError } from "../errors.ts";
import { createChannel } from "../events/channel.ts";
import { newId } from "../new-id.ts";
import { currentUser, streamSignal } from "../rpc/context.ts";
import type { Asked } from "./answers-under-way.ts";
import { createAllowance } from "./allowance.ts";
import { fromGenerateRole, fromOptions, toTimings, toUsage } from "./convert.ts";
import { roomFor } from "./prompt.ts";

type Event = NonNullable<MessageInitShape<typeof GenerateResponseSchema>["event"]>;

export function llmService(deps: Deps): ServiceImpl<typeof LlmService> {
  const allowance = createAllowance();
  return {
    async *generate(request, context) {
      const userId = currentUser(context).id;
      const leave = allowance.take(userId);
      const stop = new AbortController();
      const signal = AbortSignal.any([stop.signal, streamSignal(context, deps.topics)]);
      const asked: Asked = {
        ...{ id: newId(), userId, purpose: "program" },
        stop: () => stop.abort(answerStopped()),
      };
      try {
        for await (const event of await answers(deps, request, asked, signal)) yield { event };
      } finally {
        stop.abort(new Error("nobody listens any more"));
        leave();
      }
    },
    async embed(request, context) {
      const leave = allowance.take(currentUser(context).id);
      try {
        const name = request.model || (await deps.models.defaultName("embedding"));
        const model = await deps.models.get(name, "embedding");
        const signal = streamSignal(context, deps.topics);
        const { vectors, promptTokens } = await deps.embed(model, request.texts, signal);
        const embeddings = vectors.map((values) => ({ values }));
        return { embeddings, model: model.name, promptTokens };
      } finally {
        leave();
      }
    },
  };
}

function answerStopped() {
  return new AppError("ANSWER_STOPPED", "An administrator has stopped this answer.");
}

/** Asks the model and returns what it says, as it comes. */
async function answers(
  { models, generate, estimator }: Deps,
  request: GenerateRequest,
  asked: Asked,
  signal: AbortSignal,
): Promise<AsyncIterable<Event>> {
  const model = await models.get(request.model || (await models.defaultName()));
  const messages = request.messages.map(({ role, text }) => ({
    role: fromGenerateRole(role),
    content: text,
  }));
  const room = roomFor(estimator, model.name, messages, model.contextWindow);
  const asking = { asked, model, messages, room, options: fromOptions(request.options) };
  const events = createChannel<Event>();
  const send = (event: Event) => events.push(event);
  generate(asking, signal, {
    queued: (place) => send({ case: "queued", value: place }),
    loading: () => send({ case: "loading", value: { model: model.name, since: timestampNow() } }),
    piece: (text, thinking) => send({ case: "delta", value: { text, thinking } }),
  }).then(
    (end) => {
      const value = { usage: toUsage(end), timings: toTimings(end), truncated: end.truncated };
      send({ case: "finished", value });
      events.end();
    },
    (error: unknown) => events.end({ error }),
  );
  return events;
}
