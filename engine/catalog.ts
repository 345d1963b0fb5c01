import { capabilitiesOf } from "./capabilities.ts";
import type { Engine } from "./engine.ts";
import type { Call } from "./http-call.ts";
import { parseModelName } from "./model-name.ts";
import { pullModelFiles } from "./pull.ts";

const FOREVER = new Date("2318-01-01T00:00:00Z");

/** GET /api/tags */
export async function listModels(engine: Engine, call: Call): Promise<void> {
  const models = await engine.library.list();
  call.json({
    models: models.map((model) => ({
      name: model.name,
      model: model.name,
      modified_at: model.modifyTime.toISOString(),
      size: model.size,
      digest: model.digest,
      details: model.details,
      capabilities: capabilitiesOf(engine.library, model),
    })),
  });
}

/** GET /api/ps: the models in memory; one that is still loading is not among them. */
export async function listLoaded(engine: Engine, call: Call): Promise<void> {
  const residents = Object.values(engine.slots).flatMap((slot) => slot.resident() ?? []);
  const models = residents.map(({ wish, loaded, expireTime }) => ({
    name: wish.model.name,
    model: wish.model.name,
    size: loaded.bytes,
    digest: wish.model.digest,
    details: wish.model.details,
    expires_at: (expireTime < FOREVER.getTime() ? new Date(expireTime) : FOREVER).toISOString(),
    size_vram: loaded.vramBytes,
    context_length: loaded.contextSize,
  }));
  call.json({ models: models.toSorted((a, b) => b.expires_at.localeCompare(a.expires_at)) });
}

/** POST /api/show */
export async function showModel(engine: Engine, call: Call): Promise<void> {
  const body = await call.body();
  const model = await engine.library.get(body.model ?? body.name);
  const metadata = engine.library.metadata(model);
  const { "tokenizer.chat_template": chatTemplate = "", ...info } = metadata;
  const parameters = Object.entries(model.parameters).flatMap(([name, value]) =>
    [value].flat().map((item) => `${name.padEnd(30)} ${JSON.stringify(item)}`),
  );
  call.json({
    ...(model.license && { license: model.license }),
    ...(parameters.length > 0 && { parameters: parameters.join("\n") }),
    template: model.template || chatTemplate,
    ...(model.system && { system: model.system }),
    details: model.details,
    model_info: info,
    capabilities: capabilitiesOf(engine.library, model),
    modified_at: model.modifyTime.toISOString(),
  });
}

/** DELETE /api/delete: also takes it out of memory, after the answer under way. */
export async function deleteModel(engine: Engine, call: Call): Promise<void> {
  const body = await call.body();
  const model = await engine.library.remove(body.model ?? body.name);
  await engine.slotOf(model).unload(model.digest);
  call.json({});
}

/** POST /api/pull: progress as lines; what was fetched stays when the client goes away. */
export async function pullModel(engine: Engine, call: Call): Promise<void> {
  const body = await call.body();
  const name = parseModelName(body.model ?? body.name);
  const insecure = body.insecure === true;
  const streamed = body.stream !== false;
  const emit = async (line: object) => {
    if (streamed) await call.line(line);
  };
  await pullModelFiles(engine, { name, insecure, signal: call.signal, emit });
  if (!streamed) return call.json({ status: "success" });
  await call.line({ status: "success" });
  call.end();
}
