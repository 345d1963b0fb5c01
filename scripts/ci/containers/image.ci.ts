import { Status } from "#proto/prosa/chat/v1/message_pb.ts";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, readReply, register } from "../../../e2e/support/clients.ts";
import { freePort } from "../service.ts";
import { buildImage, failToStart, IMAGE, startContainer, tidy } from "./image.ts";
import { podman } from "./podman.ts";

const MOST_BYTES = 300_000_000;

beforeAll(buildImage);
afterAll(tidy);

const inspect = (what: string) => podman("image", "inspect", `--format=${what}`, IMAGE);

test("the image is small, is not root's, and says how it is asked for its health", () => {
  const bytes = Number(inspect("{{.Size}}"));
  console.log(`The image has ${Math.round(bytes / 1e6)} MB.`);
  expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
  expect(inspect("{{.Config.User}}")).toBe("node");
  expect(inspect("{{.Config.Volumes}}")).toContain("/data");
  expect(inspect("{{.Config.Healthcheck}}")).toContain("/healthz");
});

test("with a root file system that only reads and no capability it holds a conversation", async () => {
  await using container = await startContainer(await freePort());
  const [, healthCheck] = JSON.parse(inspect("{{json .Config.Healthcheck.Test}}")) as string[];
  container.exec("sh", "-c", healthCheck!);
  expect(() => container.exec("env", "PORT=1", "sh", "-c", healthCheck!)).toThrow("Command failed");
  const rights = container.exec("grep", "-E", "^(Uid|CapBnd|NoNewPrivs):", "/proc/1/status");
  expect(rights.replaceAll(/\s+/g, " ")).toBe(
    "Uid: 1000 1000 1000 1000 CapBnd: 0000000000000000 NoNewPrivs: 1",
  );
  expect(() => container.exec("touch", "/app/file")).toThrow("Read-only file system");

  const ana = await register(container.url, "gRPC over HTTP/2");
  const { chat } = await ana.chats.createChat({});
  const request = { requestId: randomUUID(), chatId: chat!.id, text: "Count to 10" };
  const answer = await readReply(ana.messages.sendMessage(request));
  expect(answer.finished!.status).toBe(Status.COMPLETE);
  expect(answer.text).toBe("1, 2, 3, 4, 5, 6, 7, 8, 9, 10.");
  expect(await (await fetch(container.url)).text()).toContain("<title>Prosa</title>");

  const settings = [`PROSA_TOKEN=${ana.token}`, `PROSA_SERVER=${container.url}`];
  expect(container.exec("env", ...settings, "prosa", "ask", "Count to 10")).toContain("9, 10.");
  expect(container.stop()).toBe(0);
});

test("what was said is there after another container has taken the volume", async () => {
  const volume = `--volume=${podman("volume", "create")}:/data`;
  const port = await freePort();
  const first = await startContainer(port, [volume]);
  const ana = await register(first.url);
  const { chat } = await ana.chats.createChat({});
  first.stop();
  await first[Symbol.asyncDispose]();
  await using second = await startContainer(port, [volume]);
  const { chats } = await connect(second.url, ana.token).chats.listChats({});
  expect(chats.map(({ id }) => id)).toEqual([chat!.id]);
});

test("all wrong settings are told at once", () => {
  const words = failToStart("--env=PORT=80x", "--env=RATE_LIMIT=maybe", "--env=TLS_CERT=/nowhere");
  for (const name of ["PORT=80x", "RATE_LIMIT=maybe", "TLS_CERT=/nowhere", "TLS_KEY"]) {
    expect(words).toContain(name);
  }
});

test("a data folder that only reads is named", () => {
  const words = failToStart("--env=PORT=0", `--volume=${podman("volume", "create")}:/data:ro`);
  expect(words).toMatch(
    /The data folder \/data cannot be written to: EROFS: read-only file system/,
  );
});

test.each([
  ["at the first start", "2m"],
  ["with nothing at all", "4k"],
])("a full disk is named %s", (_when, size) => {
  const words = failToStart("--env=PORT=0", "--env=PROSA_DATA=/full", `--tmpfs=/full:size=${size}`);
  expect(words).toMatch(/The disk of PROSA_DATA=\/full is full \(\d+ MB left\): free some space/);
});

test("a port that is in use is named", async () => {
  await using container = await startContainer(await freePort());
  const { port } = new URL(container.url);
  const words = failToStart(`--env=PORT=${port}`, "--env=HOST=127.0.0.1");
  expect(words).toContain(`Cannot listen on 127.0.0.1:${port}. Another program uses this port`);
});
