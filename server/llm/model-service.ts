import type { ModelService } from "#proto/prosa/llm/v1/model_service_pb.ts";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Deps } from "../app.ts";
import { streamSignal } from "../rpc/context.ts";
import { toModel, toPull } from "./convert.ts";
import { chooseDefault } from "./models.ts";

export function modelService({
  models,
  topics,
  modelHost,
}: Deps): Partial<ServiceImpl<typeof ModelService>> {
  return {
    async listModels() {
      const list = await models.list();
      return {
        models: list.map(toModel),
        pulls: models.pulls.list().map(toPull),
        defaultModel: chooseDefault(list),
        embeddedEngine: modelHost.embedded(),
      };
    },
    async *pullModel(request, context) {
      for await (const pull of models.pulls.watch(request.model, streamSignal(context, topics))) {
        yield { pull: toPull(pull) };
      }
    },
    cancelPull(request) {
      models.pulls.cancel(request.model);
      return {};
    },
    async deleteModel(request) {
      await models.delete(request.model);
      return {};
    },
  };
}
