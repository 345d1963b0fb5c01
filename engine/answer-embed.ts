import type { Engine } from "./engine.ts";
import { Failure } from "./failure.ts";
import type { Body, Call } from "./http-call.ts";

function readInput({ input = [] }: Body): string[] {
  // An empty text on its own is none, as for Ollama.
  const texts = typeof input === "string" ? [input].filter(Boolean) : input;
  if (!Array.isArray(texts) || !texts.every((text) => typeof text === "string")) {
    throw new Failure(400, "invalid input type");
  }
  return texts;
}

/** POST /api/embed: a vector for each text of `input`; without texts it only loads the model. */
export async function answerEmbed(engine: Engine, call: Call): Promise<void> {
  const start = process.hrtime.bigint();
  const body = await call.body();
  const texts = readInput(body);
  const wish = await engine.readWish(body);
  await engine.slotOf(wish.model).use(wish, call.signal, async (loaded, loadNanoseconds) => {
    if (texts.length === 0) return call.json({ model: body.model, embeddings: [] });
    const { vectors, promptTokens } = await loaded.embed(
      texts,
      body.truncate !== false,
      call.signal,
    );
    call.json({
      model: body.model,
      embeddings: vectors,
      total_duration: Number(process.hrtime.bigint() - start),
      load_duration: loadNanoseconds,
      prompt_eval_count: promptTokens,
    });
  });
}
