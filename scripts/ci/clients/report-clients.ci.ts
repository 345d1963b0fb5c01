import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningServer, startServer } from "../../../e2e/support/server.ts";
import { succeed } from "./command.ts";
import { python } from "./tools.ts";

let server: RunningServer;
let folder: string;

// The protos and programs are those of the report, so nothing of proto/ is used here.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "prosa-report-"));
  cpSync(join(import.meta.dirname, "report"), folder, { recursive: true });
  for (const name of ["greeter", "streamer", "averager", "chat"]) {
    const out = ["--python_out=.", "--grpc_python_out=."];
    const args = ["-m", "grpc_tools.protoc", "-I.", ...out, `${name}.proto`];
    await succeed(python(), args, "", folder);
  }
  server = await startServer({ env: { OLLAMA_HOST: "embedded" } });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const run = (name: string) =>
  succeed(python(), [`${name}_client.py`, new URL(server.url).host], "", folder);

test("the report's greeter is greeted", async () => {
  expect(await run("greeter")).toBe("Resposta: Olá, Alice!\n");
});

test("the report's streamer gets three times, each of another second", async () => {
  const output = await run("streamer");
  expect(output).toMatch(/^(Hora: ([01]\d|2[0-3]):[0-5]\d:[0-5]\d\n){3}$/);
  expect(new Set(output.trim().split("\n")).size).toBe(3);
});

test("the report's averager gets the average", async () => {
  expect(await run("averager")).toBe("Media: 30.0\n");
});

test("the report's chat gets an answer to each message", async () => {
  expect(await run("chat")).toBe(
    "Servidor: Recebido: Ola\nServidor: Recebido: Tudo bem?\nServidor: Recebido: Ate logo\n",
  );
});
