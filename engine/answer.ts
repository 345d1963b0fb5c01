import type { Token } from "node-llama-cpp";
import { capabilitiesOf } from "./capabilities.ts";
import type { Engine } from "./engine.ts";
import { Failure } from "./failure.ts";
import type { Body, Call } from "./http-call.ts";
import type { InstalledModel } from "./library.ts";
import type { Generation, LoadedModel } from "./llama.ts";
import type { Message } from "./prompt.ts";

type Timings = { start: bigint; loadNanoseconds: number; generation: Generation };
type Shape = (text: string) => object;

function readMessages(value: unknown): Message[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new Failure(400, `"messages" must be an array`);
  return value.map((item: unknown) => {
    const { role, content = "", images } = (item ?? {}) as Record<string, unknown>;
    if (role !== "system" && role !== "user" && role !== "assistant") {
      throw new Failure(400, `invalid role: ${JSON.stringify(role)}`);
    }
    if (typeof content !== "string") throw new Failure(400, `"content" must be a string`);
    if (Array.isArray(images) && images.length > 0) {
      throw new Failure(400, "the embedded engine does not support images");
    }
    return { role, content };
  });
}

function refuseUnsupported(body: Body, model: InstalledModel): void {
  const asked = (value: unknown) => (Array.isArray(value) ? value.length > 0 : Boolean(value));
  for (const feature of ["tools", "format", "suffix", "logprobs"]) {
    if (asked(body[feature])) throw new Failure(400, `${model.name} does not support ${feature}`);
  }
  if (asked(body.think)) throw new Failure(400, `"${model.name}" does not support thinking`);
}

function overLong(tokens: number, size: number): Failure {
  return new Failure(
    400,
    `request (${tokens} tokens) exceeds the available context size (${size} tokens)`,
  );
}

/** Tokens of the conversation; unless told not to, the oldest messages are left out until it fits. */
function fitChat(loaded: LoadedModel, messages: Message[], truncate: boolean): Token[] {
  const kept = [...messages];
  for (;;) {
    const tokens = loaded.chatTokens(kept);
    if (tokens.length < loaded.contextSize) return tokens;
    const oldest = kept.findIndex(({ role }) => role !== "system");
    if (!truncate || oldest === -1 || oldest === kept.length - 1) {
      throw overLong(tokens.length, loaded.contextSize);
    }
    kept.splice(oldest, 1);
  }
}

function withSystem(messages: Message[], system: string): Message[] {
  if (!system || messages.some(({ role }) => role === "system")) return messages;
  return [{ role: "system", content: system }, ...messages];
}

function summary({ start, loadNanoseconds, generation }: Timings): object {
  const values = {
    total_duration: Number(process.hrtime.bigint() - start),
    load_duration: loadNanoseconds,
    prompt_eval_count: generation.promptTokens,
    prompt_eval_duration: generation.promptNanoseconds,
    eval_count: generation.outputTokens,
    eval_duration: generation.outputNanoseconds,
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== 0));
}

async function answer(
  engine: Engine,
  call: Call,
  body: Body,
  what: "chat" | "generate",
  shape: Shape,
  prompt: ((loaded: LoadedModel, system: string) => Token[]) | undefined,
): Promise<void> {
  const start = process.hrtime.bigint();
  const wish = await engine.readWish(body);
  refuseUnsupported(body, wish.model);
  const slot = engine.slotOf(wish.model);
  const stamp = (text: string) => ({
    model: body.model ?? body.name,
    created_at: new Date().toISOString(),
    ...shape(text),
  });
  if (!prompt && wish.keepAliveMs === 0) {
    await slot.unload(wish.model.digest);
    return call.json({ ...stamp(""), done: true, done_reason: "unload" });
  }
  if (capabilitiesOf(engine.library, wish.model).includes("embedding")) {
    throw new Failure(400, `"${wish.model.name}" does not support ${what}`);
  }
  const streamed = body.stream !== false;
  let whole = "";
  await slot.use(wish, call.signal, async (loaded, loadNanoseconds) => {
    if (!prompt) return call.json({ ...stamp(""), done: true, done_reason: "load" });
    const tokens = prompt(loaded, wish.model.system);
    const onText = async (text: string) => {
      if (streamed) await call.line({ ...stamp(text), done: false });
      else whole += text;
    };
    const generation = await loaded.generate(tokens, wish.options, onText, call.signal);
    const timings = summary({ start, loadNanoseconds, generation });
    const last = { ...stamp(whole), done: true, done_reason: generation.reason, ...timings };
    if (!streamed) return call.json(last);
    await call.line(last);
    call.end();
  });
}

/** POST /api/chat; without messages it only loads or, with `keep_alive: 0`, unloads the model. */
export async function answerChat(engine: Engine, call: Call): Promise<void> {
  const body = await call.body();
  const messages = readMessages(body.messages);
  const shape = (content: string) => ({ message: { role: "assistant", content } });
  const prompt = (loaded: LoadedModel, system: string) =>
    fitChat(loaded, withSystem(messages, system), body.truncate !== false);
  await answer(engine, call, body, "chat", shape, messages.length > 0 ? prompt : undefined);
}

/** POST /api/generate: one prompt, by the chat template unless `raw` is set. */
export async function answerGenerate(engine: Engine, call: Call): Promise<void> {
  const body = await call.body();
  const { prompt: text = "", system: given = "" } = body;
  if (typeof text !== "string") throw new Failure(400, `"prompt" must be a string`);
  if (typeof given !== "string") throw new Failure(400, `"system" must be a string`);
  const prompt = (loaded: LoadedModel, system: string) => {
    if (body.raw !== true) {
      return fitChat(loaded, withSystem([{ role: "user", content: text }], given || system), false);
    }
    const tokens = loaded.textTokens(text);
    if (tokens.length >= loaded.contextSize) throw overLong(tokens.length, loaded.contextSize);
    return tokens;
  };
  const shape = (response: string) => ({ response });
  await answer(engine, call, body, "generate", shape, text ? prompt : undefined);
}
