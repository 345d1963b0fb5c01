import type { ModelService } from "#proto/prosa/llm/v1/model_service_pb.ts";
import type { HandlerContext, ServiceImpl } from "@connectrpc/connect";
import type { Deps } from "../app.ts";
import type { Deed } from "../audit/audit-event.ts";
import { currentActor, streamSignal } from "../rpc/context.ts";
import { toModel, toPull } from "./convert.ts";
import { chooseDefault } from "./models.ts";

export function modelService(deps: Deps): ServiceImpl<typeof ModelService> {
  const { audit, models, memory, topics, modelHost } = deps;
  /** Writes down that the caller has done something to a model. */
  const note = (context: HandlerContext, kind: Deed["kind"], name: string) =>
    audit(currentActor(context), { kind, subject: { name } });
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
      const loaded = await memory.load(request.model, streamSignal(context, topics));
      await note(context, "model_loaded", loaded.name);
      return { model: toModel(loaded) };
    },
    async unloadModel(request, context) {
      const unloaded = await memory.unload(request.model, streamSignal(context, topics));
      await note(context, "model_unloaded", unloaded.name);
      return { model: toModel(unloaded) };
    },
    async *pullModel({ model }, context) {
      const begun = () => note(context, "model_pulled", model);
      for await (const pull of models.pulls.watch(model, streamSignal(context, topics), begun)) {
        yield { pull: toPull(pull) };
      }
    },
    async cancelPull({ model }, context) {
      if (models.pulls.cancel(model)) await note(context, "model_pull_canceled", model);
      return {};
    },
    async deleteModel({ model }, context) {
      await models.delete(model);
      await note(context, "model_deleted", model);
      return {};
    },
  };
}
