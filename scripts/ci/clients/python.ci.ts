import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningServer, startServer } from "../../../e2e/support/server.ts";
import { succeed } from "./command.ts";
import { python } from "./tools.ts";

const PROTO = join(import.meta.dirname, "../../../proto");
const TEN = "1, 2, 3, 4, 5, 6, 7, 8, 9, 10.";

let server: RunningServer;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "prosa-python-"));
  cpSync(join(import.meta.dirname, "prosa_client.py"), join(folder, "prosa_client.py"));
  const protos = ["buf", "prosa"].flatMap((root) =>
    readdirSync(join(PROTO, root), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".proto"))
      .map((name) => `${root}/${name}`),
  );
  const out = [`--python_out=${folder}`, `--grpc_python_out=${folder}`];
  await succeed(python(), ["-m", "grpc_tools.protoc", `-I${PROTO}`, ...out, ...protos]);
  server = await startServer({ env: { OLLAMA_HOST: "embedded" } });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

async function run(callType: string): Promise<unknown> {
  const args = ["prosa_client.py", new URL(server.url).host, callType];
  return JSON.parse(await succeed(python(), args, "", folder));
}

test("a Python client registers, and is told in a detail why it is refused without its token", async () => {
  expect(await run("unary")).toEqual({ code: "UNAUTHENTICATED", detail: true });
});

test("a Python client streams the answer to a message", async () => {
  expect(await run("server_stream")).toEqual({ first: "accepted", text: TEN, finished: true });
});

test("a Python client imports an export in pieces", async () => {
  expect(await run("client_stream")).toEqual({ created: 1, failed: 0 });
});

test("a Python client converses: it asks again when it has been answered", async () => {
  expect(await run("both_streams")).toEqual({ answers: [TEN, TEN] });
});
