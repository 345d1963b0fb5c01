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

/** What `buf curl` prints of a call as the README shows it: an object of JSON for each message. */
async function bufCurl(protocol: string, method: string, body: object, token = "") {
  const { stdout } = await run(BUF, [
    ...["curl", "--schema", ROOT, "--http2-prior-knowledge", "--protocol", protocol],
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
