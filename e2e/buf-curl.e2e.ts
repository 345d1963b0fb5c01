import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makePieces } from "../server/testing/fake-answer.ts";
import { type FakeOllama, startFakeOllama } from "../server/testing/fake-ollama.ts";
import { type RunningServer, startServer } from "./support/server.ts";

const ROOT = join(import.meta.dirname, "..");
const BUF = join(ROOT, "node_modules/.bin/buf");
const run = promisify(execFile);

let ollama: FakeOllama;
let server: RunningServer;

beforeAll(async () => {
  ollama = await startFakeOllama();
  server = await startServer({ env: { OLLAMA_HOST: ollama.url } });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await ollama.close();
});

type Answer = {
  sessionToken?: string;
  user?: { email: string };
  chat?: { id: string };
  delta?: { text?: string };
  finished?: { message: { text: string; status: string } };
};

/**
 * What `buf curl` prints of a call as the README shows it: an object of JSON for each message. The
 * schema is that of the protos, or what the server tells by reflection.
 */
async function bufCurl(
  protocol: string,
  method: string,
  body: object,
  token = "",
  schema = ["--schema", ROOT],
) {
  const { stdout } = await run(BUF, [
    ...["curl", ...schema, "--http2-prior-knowledge", "--protocol", protocol],
    ...["--header", token ? `authorization: Bearer ${token}` : "x-nobody: yet"],
    ...["--data", JSON.stringify(body), `${server.url}/${method}`],
  ]);
  return stdout.split(/\n(?=\{)/).map((object) => JSON.parse(object) as Answer);
}

test.each(["grpc", "connect", "grpcweb"])(
  "buf curl --protocol %s registers, logs in, makes a chat and streams an answer",
  async (protocol) => {
    const email = `${protocol}@example.org`;
    const password = "a long enough password";
    const person = { email, password, display_name: "Ana" };
    const [registered] = await bufCurl(protocol, "prosa.user.v1.AuthService/Register", person);
    expect(registered!.user!.email).toBe(email);
    const known = { email, password };
    const [login] = await bufCurl(protocol, "prosa.user.v1.AuthService/Login", known);
    const token = login!.sessionToken!;
    expect(token).not.toBe(registered!.sessionToken);

    const [made] = await bufCurl(protocol, "prosa.chat.v1.ChatService/CreateChat", {}, token);
    const request = {
      request_id: randomUUID(),
      chat_id: made!.chat!.id,
      text: "sentinel:tokens=60,delay=5",
    };
    const events = await bufCurl(
      protocol,
      "prosa.chat.v1.MessageService/SendMessage",
      request,
      token,
    );
    const whole = makePieces(60).join("");
    const deltas = events.flatMap(({ delta }) => delta?.text ?? []);
    expect(deltas.length).toBeGreaterThan(5);
    expect(deltas.join("")).toBe(whole);
    expect(events.find(({ finished }) => finished)?.finished!.message).toMatchObject({
      text: whole,
      status: "STATUS_COMPLETE",
    });
  },
);

const reflections = ["grpc-v1", "grpc-v1alpha"];

test.each(reflections)("buf curl finds every method by reflection %s", async (reflection) => {
  const { stdout } = await run(BUF, [
    ...["curl", "--http2-prior-knowledge", "--reflect-protocol", reflection],
    ...[server.url, "--list-methods"],
  ]);
  const methods = stdout.trim().split("\n");
  expect(methods).toContain("prosa.chat.v1.MessageService/SendMessage");
  expect(methods).toContain("Greeter/SayHello");
  expect(methods).toContain("grpc.health.v1.Health/Watch");
});

test.each(
  reflections.flatMap((reflection) =>
    ["grpc", "connect", "grpcweb"].map((protocol) => [reflection, protocol] as const),
  ),
)("buf curl without protos calls by reflection %s over %s", async (reflection, protocol) => {
  const schema = ["--reflect-protocol", reflection];
  const call = (method: string, body: object) => bufCurl(protocol, method, body, "", schema);
  expect(await call("Greeter/SayHello", { name: "Alice" })).toEqual([{ message: "Olá, Alice!" }]);
  expect(await call("Streamer/StreamTime", { count: 1 })).toHaveLength(1);
  const policy = await call("prosa.user.v1.AuthService/GetRegistrationPolicy", {});
  expect(policy).toMatchObject([{ policy: "REGISTRATION_POLICY_OPEN" }]);
});
