import type { ModelService } from "#proto/prosa/llm/v1/model_service_pb.ts";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Deps } from "../app.ts";
import { streamSignal } from "../rpc/context.ts";
import { toModel, toPull } from "./convert.ts";
import { chooseDefault } from "./models.ts";

export function modelService({
  models,
  memory,
  topics,
  modelHost,
}: Deps): ServiceImpl<typeof ModelService> {
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
    async getModel(request) {
      return { model: toModel(await models.look(request.model)) };
    },
    async loadModel(request, context) {
      const loaded = memory.load(request.model, streamSignal(context, topics));
      return { model: toModel(await loaded) };
    },
    async unloadModel(request, context) {
      const unloaded = memory.unload(request.model, streamSignal(context, topics));
      return { model: toModel(await unloaded) };
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
