import { HealthCheckResponse_ServingStatus as Status } from "#proto/grpc/health/v1/health_pb.ts";
import { Health } from "#proto/grpc/health/v1/health_pb.ts";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startFakeOllama } from "../server/testing/fake-ollama.ts";
import { connect, register } from "./support/clients.ts";
import { commandIn } from "./support/command.ts";
import { startServer } from "./support/server.ts";

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "prosa-backup-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

test("a backup of a server at work brings back what there was, sessions and search included", async () => {
  await using ollama = await startFakeOllama();
  const env = { OLLAMA_HOST: ollama.url };
  const first = await startServer({ env });
  const ana = await register(first.url);
  const { chat } = await ana.chats.createChat({ title: "Lullabies" });
  const path = join(folder, "prosa.backup");
  const prosa = commandIn(folder, { PROSA_DATA: first.dataFolder, DATABASE_URL: "" });
  const made = await prosa.run(["backup", path, "--verify"]);
  expect(made).toMatchObject({ code: 0, out: "" });
  expect(made.err).toContain(`1 user, 1 chat and 0 messages written to ${path}`);
  expect(made.err).toContain("every row is there");

  await ana.chats.deleteChat({ chatId: chat!.id });
  await ana.chats.createChat({ title: "Later" });
  expect((await prosa.run(["restore", path, "--replace"])).err).toContain("Another Prosa is using");
  await first.kill("SIGTERM");
  expect((await prosa.run(["restore", path])).err).toContain("--replace");
  expect((await prosa.run(["restore", path, "--replace"])).err).toContain("1 user, 1 chat");

  await using second = await first.again();
  const again = connect(second.url, ana.token);
  expect((await again.chats.listChats({})).chats.map(({ title }) => title)).toEqual(["Lullabies"]);
  expect((await again.chats.searchMessages({ query: "lullaby" })).results).toHaveLength(1);
});

test("a server makes its daily backup, and goes on when it cannot", async () => {
  await using ollama = await startFakeOllama();
  const env = { OLLAMA_HOST: ollama.url };
  const place = join(folder, "daily");
  const serving = async (url: string) => {
    const transport = createConnectTransport({ baseUrl: url, httpVersion: "1.1" });
    return (await createClient(Health, transport).check({ service: "backup" })).status;
  };
  {
    await using server = await startServer({ env: { ...env, BACKUP_FOLDER: place } });
    const backups = () => readdir(place).catch(() => []);
    await expect.poll(backups, { timeout: 20_000 }).toEqual([expect.stringMatching(/Z\.backup$/)]);
    expect(await serving(server.url)).toBe(Status.SERVING);
  }
  await writeFile(join(folder, "file"), "");
  await using server = await startServer({ env: { ...env, BACKUP_FOLDER: join(folder, "file") } });
  await expect.poll(() => serving(server.url), { timeout: 20_000 }).toBe(Status.NOT_SERVING);
  expect(server.output()).toContain("the daily backup failed");
  await expect(register(server.url)).resolves.toHaveProperty("token");
});

test("a command that asks no server takes no server's address", async () => {
  const { run } = commandIn(folder);
  for (const args of [
    ["backup", "--server", "localhost"],
    ["restore", "x", "--json"],
  ]) {
    expect(await run(args)).toMatchObject({
      code: 2,
      err: expect.stringContaining("asks no server"),
    });
  }
  expect((await run(["--help"])).out).toMatch(/^ {2}backup \[FILE\|-\] .*\n {2}restore FILE /m);
});
