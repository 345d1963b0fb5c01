import type { Patience } from "./download.ts";
import { readKeepAlive } from "./keep-alive.ts";
import type { Body } from "./http-call.ts";
import { createLibrary, type InstalledModel } from "./library.ts";
import { loadModel } from "./llama.ts";
import { type Options, readOptions } from "./options.ts";
import { createSlot } from "./slot.ts";

export type Engine = ReturnType<typeof createEngine>;

const MAX_DEFAULT_CONTEXT = 4096;
const PATIENCE: Patience = { stallMs: 30_000, tries: 6, pauseMs: 1000 };

/** The parts that every route works with: models on disk and room for two of them in memory. */
export function createEngine(config: { folder: string; registry: string; patience?: Patience }) {
  const library = createLibrary(config.folder);
  // The built-in model is so small that it never has to make room for a pulled one.
  const slots = { builtin: createSlot(loadModel), pulled: createSlot(loadModel) };

  const slotOf = (model: InstalledModel) => (model.builtin ? slots.builtin : slots.pulled);

  function contextSize(model: InstalledModel, wanted: number | undefined): number {
    const metadata = library.metadata(model);
    const most = Number(metadata[`${metadata["general.architecture"]}.context_length`] ?? 0);
    const size = wanted ?? MAX_DEFAULT_CONTEXT;
    return most > 0 ? Math.min(size, most) : size;
  }

  /** What a request asks of a model: which, how, and for how long it is to stay in memory. */
  async function readWish(body: Body) {
    const model = await library.get(body.model ?? body.name);
    const options: Options = readOptions(model.parameters, body.options);
    const keepAliveMs = readKeepAlive(body.keep_alive);
    const size = contextSize(model, options.num_ctx);
    return { model, options, keepAliveMs, contextSize: size };
  }

  return { patience: PATIENCE, ...config, library, slots, slotOf, readWish };
}
