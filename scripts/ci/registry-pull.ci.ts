import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { startEngine } from "../../engine/testing/running-engine.ts";
import { type Harm, startCuttingProxy } from "./cutting-proxy.ts";
import { freePort } from "./service.ts";

const registry = process.env.PROSA_CI_REGISTRY ?? "";
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start(harm: Harm = {}) {
  const proxy = await startCuttingProxy(registry, harm);
  const engine = await startEngine();
  closing.push(proxy.close, engine.close);
  const name = `${proxy.address}/prosa/prosa-tiny:latest`;
  const pull = (model: string) => engine.allLines("/api/pull", { model });
  const installed = async () => (await engine.request("GET", "/api/tags")).text();
  return { engine, proxy, name, pull, installed };
}

async function expectAnswer(engine: Awaited<ReturnType<typeof startEngine>>, model: string) {
  const body = { model, stream: false, messages: [{ role: "user", content: "Count to 10" }] };
  const answer = await engine.json("POST", "/api/chat", body);
  expect(answer.body.message?.content).toBe("1, 2, 3, 4, 5, 6, 7, 8, 9, 10.");
}

test("a model comes whole from a real registry and answers", async () => {
  const { engine, pull } = await start();
  const name = `${registry}/prosa/prosa-tiny:latest`;
  expect((await pull(name)).at(-1)).toEqual({ status: "success" });
  const [model] = (await engine.json("GET", "/api/tags")).body.models as object[];
  expect(model).toMatchObject({
    name,
    details: { format: "gguf", family: "llama", quantization_level: "Q8_0" },
  });
  const shown = await engine.json("POST", "/api/show", { model: name });
  expect(shown.body.parameters).toContain("temperature");
  expect(shown.body.template).toContain("{{- range .Messages }}");
  await expectAnswer(engine, name);
  expect((await engine.json("DELETE", "/api/delete", { model: name })).status).toBe(200);
  expect(readdirSync(join(engine.folder, "blobs"))).toEqual([]);
});

test("a pull that is cut is resumed by the registry's ranges", async () => {
  const { engine, proxy, name, pull } = await start({ cuts: [1_500_000, 1_000_000] });
  expect((await pull(name)).at(-1)).toEqual({ status: "success" });
  // The last bytes before a cut may be lost on the way.
  const [whole, second, third] = proxy.ranges;
  expect(whole).toBeUndefined();
  expect(second).toMatch(/^bytes=1[0-5]\d{5}-$/);
  expect(third).toMatch(/^bytes=2[0-5]\d{5}-$/);
  await expectAnswer(engine, name);
});

test("a layer with a wrong digest is not installed and leaves nothing behind", async () => {
  const { engine, name, pull, installed } = await start({ spoil: true });
  expect((await pull(name)).at(-1)?.error).toMatch(/^digest mismatch/);
  expect(await installed()).not.toContain(name);
  expect(readdirSync(join(engine.folder, "blobs"))).toEqual([]);
});

test("blobs are fetched from where the registry redirects", async () => {
  const { engine, name, pull } = await start({ redirect: true });
  expect((await pull(name)).at(-1)).toEqual({ status: "success" });
  await expectAnswer(engine, name);
});

test("a model that the registry does not have is refused in words", async () => {
  const { engine, pull } = await start();
  const missing = await pull(`${registry}/prosa/nothing:latest`);
  expect(missing.at(-1)).toEqual({ error: "pull model manifest: file does not exist" });
  expect(existsSync(join(engine.folder, "manifests"))).toBe(false);
});

test("a registry that refuses the connection is named", async () => {
  const { pull } = await start();
  const host = `127.0.0.1:${await freePort()}`;
  expect((await pull(`${host}/prosa/prosa-tiny`)).at(-1)).toEqual({
    error: `pull model manifest: cannot reach ${host}: the connection was refused (ECONNREFUSED)`,
  });
});
