import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { startEngine } from "./testing/running-engine.ts";
import { type Behaviour, digestOf, startRegistry } from "./testing/small-registry.ts";

const weights = readFileSync(new URL("./models/prosa-tiny.gguf", import.meta.url));
const layers = {
  model: weights,
  params: Buffer.from('{"temperature":0,"repeat_penalty":1,"stop":["<|eot_id|>"]}'),
  system: Buffer.from("You are a helpful assistant."),
  license: Buffer.from("Free."),
};

// Loading llama.cpp takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start(behaviour: Behaviour = {}, model: Uint8Array = weights) {
  const registry = await startRegistry({ ...layers, model }, behaviour);
  const engine = await startEngine(registry.base);
  closing.push(registry.close, engine.close);
  const pull = (model = "some-model", more = {}) =>
    engine.allLines("/api/pull", { model, ...more });
  const installed = async () =>
    ((await engine.json("GET", "/api/tags")).body.models as { name: string }[]).map(
      ({ name }) => name,
    );
  const blobs = () =>
    existsSync(join(engine.folder, "blobs")) ? readdirSync(join(engine.folder, "blobs")) : [];
  const blobPaths = () => registry.seen.filter(({ path }) => path.includes(digestOf(weights)));
  return { registry, engine, pull, installed, blobs, blobPaths };
}

test("a pulled model is installed, described and answers", async () => {
  const { engine, pull, installed } = await start();
  const lines = await pull();
  const short = digestOf(weights).slice(7, 19);
  expect(lines[0]).toEqual({ status: "pulling manifest" });
  expect(lines[1]).toEqual({
    status: `pulling ${short}`,
    digest: digestOf(weights),
    total: weights.length,
  });
  expect(lines).toContainEqual({ ...lines[1], completed: weights.length });
  expect(lines.slice(-4).map((line) => line.status)).toEqual([
    "verifying sha256 digest",
    "writing manifest",
    "removing unused layers",
    "success",
  ]);
  expect(await installed()).toEqual(["some-model:latest", "prosa-tiny:latest"]);
  const shown = await engine.json("POST", "/api/show", { model: "some-model" });
  expect(shown.body).toMatchObject({
    license: "Free.",
    system: "You are a helpful assistant.",
    details: { family: "llama", parameter_size: "5M" },
  });
  const body = {
    model: "some-model",
    messages: [{ role: "user", content: "Count to 10" }],
    stream: false,
  };
  const answer = await engine.json("POST", "/api/chat", body);
  expect(answer.body).toMatchObject({ message: { content: "1, 2, 3, 4, 5, 6, 7, 8, 9, 10." } });
  expect(answer.body.prompt_eval_count).toBeGreaterThan(20);
});

test("a second pull fetches no layer again, and delete leaves nothing behind", async () => {
  const { engine, pull, installed, blobs, blobPaths } = await start();
  await pull();
  await pull();
  expect(blobPaths()).toHaveLength(1);
  expect((await engine.json("DELETE", "/api/delete", { model: "some-model" })).status).toBe(200);
  expect(await installed()).toEqual(["prosa-tiny:latest"]);
  expect(blobs()).toEqual([]);
});

test("a cut connection is taken up where it broke", async () => {
  const { pull, blobPaths } = await start({ cuts: [1_000_000, 2_000_000] });
  expect((await pull()).at(-1)).toEqual({ status: "success" });
  const ranges = blobPaths().map(({ range }) => range);
  expect(ranges).toHaveLength(3);
  expect(ranges[0]).toBeUndefined();
  expect(ranges[1]).toMatch(/^bytes=[1-9]\d*-$/);
});

test("a pull that failed keeps its part, and the next goes on from it", async () => {
  const { pull, registry, installed, blobs, blobPaths } = await start({
    cuts: [1_000_000, 0, 0, 0],
  });
  expect((await pull()).at(-1)?.error).toMatch(/broke off: the connection was cut/);
  expect(await installed()).toEqual(["prosa-tiny:latest"]);
  expect(blobs()).toEqual([`${digestOf(weights).replace(":", "-")}-partial`]);
  registry.behaviour.cuts = [];
  expect((await pull()).at(-1)).toEqual({ status: "success" });
  expect(blobPaths().at(-1)?.range).toMatch(/^bytes=[1-9]\d*-$/);
});

test("a pull whose client goes away keeps its part too", async () => {
  const { engine, registry, pull, blobPaths } = await start({ silentAfter: 1_000_000 });
  const leaving = new AbortController();
  const lines = engine.lines("/api/pull", { model: "some-model" }, leaving.signal);
  for await (const line of lines) if (line.completed) break;
  leaving.abort();
  delete registry.behaviour.silentAfter;
  expect((await pull()).at(-1)).toEqual({ status: "success" });
  expect(blobPaths().at(-1)?.range).toMatch(/^bytes=[1-9]\d*-$/);
});

test("a registry that falls silent is given up in the end", async () => {
  const { pull, blobPaths } = await start({ silentAfter: 0 });
  expect((await pull()).at(-1)?.error).toMatch(/not a byte came from the registry for 0.3 s/);
  expect(blobPaths()).toHaveLength(2);
});

test("a store that ignores ranges is read from the start", async () => {
  const { pull } = await start({ cuts: [1_000_000], wholeOnly: true });
  expect((await pull()).at(-1)).toEqual({ status: "success" });
});

test("a layer with a wrong digest installs nothing and leaves nothing", async () => {
  const { pull, installed, blobs } = await start({ spoil: true });
  expect((await pull()).at(-1)?.error).toMatch(/^digest mismatch/);
  expect(await installed()).toEqual(["prosa-tiny:latest"]);
  expect(blobs()).toEqual([]);
});

test("a registry's token is not sent on to the store that it redirects to", async () => {
  const { pull, registry } = await start({ guarded: true });
  expect((await pull()).at(-1)).toEqual({ status: "success" });
  const blobs = registry.seen.filter(({ path }) => path.includes("/blobs/"));
  expect(
    blobs.some(
      ({ host, authorization }) => host === "registry" && authorization === "Bearer secret",
    ),
  ).toBe(true);
  expect(blobs.filter(({ host }) => host === "store")).not.toEqual([]);
  expect(blobs.filter(({ host, authorization }) => host === "store" && authorization)).toEqual([]);
});

test("a model that the registry does not have is named so", async () => {
  const { pull } = await start();
  expect(await pull("other")).toEqual([
    { status: "pulling manifest" },
    { error: "pull model manifest: file does not exist" },
  ]);
});

test("a registry that cannot be reached is named with the reason", async () => {
  const { pull, registry } = await start();
  registry.close();
  expect((await pull()).at(-1)?.error).toBe(
    `pull model manifest: cannot reach ${new URL(registry.base).host}: the connection was refused (ECONNREFUSED)`,
  );
});

test("a registry elsewhere is not talked to without encryption", async () => {
  const { pull } = await start({ guarded: true, realm: "http://example.invalid/token" });
  expect((await pull()).at(-1)?.error).toBe(
    "pull model manifest: refused to talk to example.invalid without encryption",
  );
});

test("two pulls of one model at once fetch it once", async () => {
  const { pull, blobPaths } = await start();
  const [one, two] = await Promise.all([pull(), pull()]);
  expect([one?.at(-1), two?.at(-1)]).toEqual([{ status: "success" }, { status: "success" }]);
  expect(blobPaths()).toHaveLength(1);
});

test.each([
  ["no model file", Buffer.from("something else"), "not a GGUF file"],
  ["a model file without its end", weights.subarray(0, 3_000_000), "Failed to load model"],
])("%s is refused in words when used, and the engine lives on", async (_, model, words) => {
  const { engine, pull } = await start({}, model);
  expect((await pull()).at(-1)).toEqual({ status: "success" });
  const messages = [{ role: "user", content: "Count to 10" }];
  const broken = await engine.json("POST", "/api/chat", { model: "some-model", messages });
  expect(broken).toEqual({ status: 500, body: { error: expect.stringContaining(words) } });
  const sound = await engine.json("POST", "/api/chat", {
    model: "prosa-tiny",
    messages,
    stream: false,
  });
  expect(sound.body.eval_count).toBe(30);
});

test("without streaming a failed pull answers with a status", async () => {
  const { engine } = await start();
  expect(
    (await engine.json("POST", "/api/pull", { model: "some-model", stream: false })).body,
  ).toEqual({ status: "success" });
  expect((await engine.json("POST", "/api/pull", { model: "other", stream: false })).status).toBe(
    500,
  );
});
