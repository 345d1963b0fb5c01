import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fakeGreeting } from "../server/testing/fake-answer.ts";
import { type FakeOllama, startFakeOllama } from "../server/testing/fake-ollama.ts";
import { type Person, register } from "./support/clients.ts";
import { commandIn } from "./support/command.ts";
import { type RunningServer, startServer } from "./support/server.ts";

let ollama: FakeOllama;
let server: RunningServer;
let ana: Person;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "prosa-cli-"));
  ollama = await startFakeOllama();
  server = await startServer({ env: { OLLAMA_HOST: ollama.url, RATE_LIMIT: "off" } });
  ana = await register(server.url);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await ollama.close();
  await rm(folder, { recursive: true, force: true });
});

const as = ({ token }: Person) =>
  commandIn(folder, { PROSA_SERVER: server.url, PROSA_TOKEN: token });

describe("chats in a file", () => {
  test("are exported, and imported by somebody else without loss", async () => {
    const bia = await register(server.url);
    await as(ana).run(["ask", "Olá 😀"]);
    await as(ana).run(["ask", "sentinel:multibyte"]);
    const path = join(folder, "chats.jsonl");
    const exported = await as(ana).run(["export", path]);
    expect(exported).toMatchObject({ code: 0, out: "" });
    expect(exported.err).toContain("2 chats written");
    if (process.platform !== "win32") expect((await stat(path)).mode & 0o777).toBe(0o600);
    const lines = await readFile(path, "utf8");
    expect(lines.split("\n", 1)[0]).toBe('{"header":{"format":"prosa","version":1}}');
    expect((await as(ana).run(["export"])).out).toBe(lines);

    const imported = await as(bia).run(["import", path]);
    expect(imported).toMatchObject({ code: 0, err: "" });
    expect(imported.out).toBe(
      "2 chats with 4 messages imported, 0 there already, 0 not readable.\n",
    );
    expect((await as(bia).run(["export", "-"])).out).toBe(lines);
    const again = await as(bia).run(["import", "-", "--json"], lines);
    expect(JSON.parse(again.out)).toEqual({ summary: { skippedChats: 2 } });
  });

  test("that cannot all be read are imported as far as they can, and that is told", async () => {
    const cora = await register(server.url);
    const { out } = await as(ana).run(["export"]);
    const lines = out.trimEnd().split("\n");
    const spoiled = [lines[0], "{ no JSON", ...lines.slice(1)].join("\n");
    const imported = await as(cora).run(["import", "-"], spoiled);
    expect(imported.code).toBe(1);
    expect(imported.out).toContain("2 chats with 4 messages imported");
    expect(imported.err).toMatch(/^not readable: 2: /m);
  });

  test("of an unknown kind are refused before anything is sent", async () => {
    const path = join(folder, "notes.txt");
    await writeFile(path, "milk, bread");
    expect(await as(ana).run(["import", path])).toMatchObject({
      code: 2,
      err: expect.stringContaining("--format"),
    });
    expect((await as(ana).run(["import", path, "--format", "csv"])).code).toBe(2);
  });

  test("leave no half of a file behind when an export fails", async () => {
    const path = join(folder, "half", "chats.jsonl");
    expect((await as(ana).run(["export", path])).err).toContain("cannot be written");
    const kept = join(folder, "kept.jsonl");
    await writeFile(kept, "precious");
    const stranger = commandIn(folder, { PROSA_SERVER: server.url, PROSA_TOKEN: "wrong" });
    expect((await stranger.run(["export", kept])).code).toBe(1);
    expect(await readFile(kept, "utf8")).toBe("precious");
    expect((await readdir(folder)).filter((name) => name.endsWith(".part"))).toEqual([]);
  });
});

test("words are found in the chats, and a query that is none is refused in words", async () => {
  await as(ana).run(["ask", "Where do the peacocks sleep?"]);
  const found = await as(ana).run(["search", "peacock"]);
  expect(found.code).toBe(0);
  expect(found.out).toContain("Where do the peacocks sleep?");
  const { chats } = await ana.chats.listChats({});
  expect(found.out).toContain(chats[0]!.id);
  const [result] = (await as(ana).run(["search", "--json", "-n", "1", "peacocks"])).out.split("\n");
  expect(JSON.parse(result!)).toMatchObject({ chat: { id: chats[0]!.id } });
  expect(await as(ana).run(["search", "unicorn"])).toMatchObject({ code: 0, out: "" });
  expect((await as(ana).run(["search", " "])).code).toBe(2);
});

test("access tokens are made, do what they may, and end", async () => {
  const dora = await register(server.url);
  const made = await as(dora).run(["tokens", "create", "my", "script", "--expires", "30d"]);
  expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/^prosa_\S{43}\n$/) });
  expect(made.err).toContain("may read, and change nothing");
  const script = as({ ...dora, token: made.out.trim() });
  expect((await script.run(["chats"])).code).toBe(0);
  const denied = await script.run(["ask", "Hello"]);
  expect(denied).toMatchObject({ code: 1, out: "" });
  expect(denied.err).toContain("reading only");

  const listed = await as(dora).run(["tokens"]);
  expect(listed.out).toMatch(/\tread\texpires \d{4}-.*\tmy script\n/);
  const [id] = listed.out.split("\t");
  const revoked = await as(dora).run(["tokens", "revoke", id!, "--json"]);
  expect(revoked).toEqual({ code: 0, out: "{}\n", err: `${id} has ended.\n` });
  expect((await script.run(["chats"])).err).toContain("prosa login");

  const writing = await as(dora).run(["tokens", "create", "writer", "--scope", "write"]);
  const writer = as({ ...dora, token: writing.out.trim() });
  expect((await writer.run(["ask", "Hello"])).out).toBe(`${fakeGreeting}\n`);
  expect((await writer.run(["tokens", "create", "another"])).err).toContain("access token may not");

  await as(dora).run(["tokens", "create", "keeper", "--expires", "never"]);
  const left = (await as(dora).run(["tokens"])).out;
  expect(left).toMatch(/\twrite\texpires \d{4}-.*\twriter\n/);
  expect(left).toMatch(/\tread\texpires never\t.*\tkeeper\n/);
});
