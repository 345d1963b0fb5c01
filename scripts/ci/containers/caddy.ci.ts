import { GenerateRole } from "#proto/prosa/llm/v1/llm_service_pb.ts";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { text as readText } from "node:stream/consumers";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningServer, startServer } from "../../../e2e/support/server.ts";
import { connect, type Protocol, register } from "../../../e2e/support/clients.ts";
import { type FakeOllama, startFakeOllama } from "../../../server/testing/fake-ollama.ts";
import { holdConversation } from "../../../server/testing/conversation.ts";
import { goProgram } from "../go-program.ts";
import { freePort, startService } from "../service.ts";
import { composeConfig } from "./compose-file.ts";

const root = new URL("../../../", import.meta.url).pathname;
const work = mkdtempSync(join(tmpdir(), "prosa-caddy-"));
const opened: { stop(): Promise<void> }[] = [];
let ollama: FakeOllama;
let prosa: RunningServer;
let url: string;
let ca: Buffer;
let token: string;

/** The same version as compose.yaml's, on ports of its own. */
async function startCaddy(upstream: string) {
  const { image } = composeConfig(["tls"]).services["caddy"]!;
  const command = goProgram(
    "github.com/caddyserver/caddy/v2/cmd/caddy",
    `v${image!.split(":")[1]}`,
  );
  const [port, http, ready] = [await freePort(), await freePort(), await freePort()];
  const caddyfile = join(work, "Caddyfile");
  const own = [
    "admin off",
    `http_port ${http}`,
    "skip_install_trust",
    `storage file_system ${work}`,
  ];
  const ours = readFileSync(join(root, "deploy/caddy/Caddyfile"), "utf8");
  const sign = `http://127.0.0.1:${ready} {\n\trespond ready\n}\n`;
  writeFileSync(caddyfile, `{\n\t${own.join("\n\t")}\n}\n${sign}${ours}`);
  opened.push(
    await startService({
      command,
      args: ["run", "--adapter", "caddyfile", "--config", caddyfile],
      env: { PROSA_DOMAIN: `localhost:${port}`, PROSA_UPSTREAM: upstream, HOME: work },
      url: `http://127.0.0.1:${ready}`,
      log: join(work, "caddy.log"),
    }),
  );
  ca = readFileSync(join(work, "pki/authorities/local/root.crt"));
  return `https://localhost:${port}`;
}

beforeAll(async () => {
  ollama = await startFakeOllama();
  prosa = await startServer({ env: { OLLAMA_HOST: ollama.url, TRUST_PROXY: "on" } });
  url = await startCaddy(new URL(prosa.url).host);
  ({ token } = await register(prosa.url));
});
afterAll(async () => {
  for (const { stop } of opened) await stop();
  await prosa[Symbol.asyncDispose]();
  await ollama[Symbol.asyncDispose]();
  rmSync(work, { recursive: true });
});

const clients = (protocol: Protocol = "gRPC over HTTP/2") => connect(url, token, protocol, { ca });

test("gRPC flows both ways at once through the proxy", async () => {
  const talk = holdConversation(clients());
  talk.open({ model: "fake:1b" });
  await talk.nth("opened");
  talk.say("sentinel:tokens=500,delay=5");
  await talk.nth("delta");
  talk.stop();
  await talk.nth("finished");
  talk.say("sentinel:tokens=5");
  talk.halfClose();
  await talk.ended;
  expect(talk.all("finished")).toHaveLength(2);
});

const ask = (text: string) => ({
  model: "fake:1b",
  messages: [{ role: GenerateRole.USER, text }],
});

test.each<Protocol>(["gRPC over HTTP/2", "gRPC-Web over HTTP/2", "gRPC-Web over HTTP/1.1"])(
  "who leaves a stream of %s stops the model behind it",
  async (protocol) => {
    const leave = new AbortController();
    const { signal } = leave;
    const stream = clients(protocol).llm.generate(ask("sentinel:tokens=5000,delay=20"), { signal });
    for await (const { event } of stream) if (event.case === "delta") break;
    leave.abort();
    const asked = ollama.requests.findLast(({ kind }) => kind === "chat")!;
    while (!asked.aborted) await sleep(20);
    expect(asked.endTime).toBeDefined();
  },
);

/** Asks as a browser does, without a library between. */
function fetchThrough(path: string, body?: string) {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number;
    cookies: string[];
    text: string;
  }>();
  const headers = { "content-type": "application/json" };
  const method = body === undefined ? "GET" : "POST";
  request(`${url}${path}`, { ca, method, headers }, (response) => {
    const { statusCode, headers: answered } = response;
    const cookies = answered["set-cookie"] ?? [];
    readText(response).then((text) => resolve({ status: statusCode!, cookies, text }), reject);
  })
    .on("error", reject)
    .end(body);
  return promise;
}

test("Prosa answers over HTTPS, a login's cookie is for HTTPS only, and the metrics stay inside", async () => {
  expect(await fetchThrough("/healthz")).toMatchObject({ status: 200, text: "ok\n" });
  expect(await fetchThrough("/metrics")).toMatchObject({ status: 404, text: "" });
  const person = {
    email: "rui@example.org",
    password: "a long enough password",
    displayName: "Rui",
  };
  const path = "/prosa.user.v1.AuthService/Register";
  const registered = await fetchThrough(path, JSON.stringify(person));
  expect(registered.status).toBe(200);
  expect(registered.cookies.join()).toMatch(/; *Secure/i);
});
