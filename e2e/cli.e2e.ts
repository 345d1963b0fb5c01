import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { fakeGreeting, makePieces, multibyteText } from "../server/testing/fake-answer.ts";
import { type FakeOllama, startFakeOllama } from "../server/testing/fake-ollama.ts";
import { tcpProxy } from "../server/testing/tcp-proxy.ts";
import { type Person, register } from "./support/clients.ts";
import { commandIn } from "./support/command.ts";
import { type RunningServer, startServer } from "./support/server.ts";

let ollama: FakeOllama;
let server: RunningServer;
let ana: Person;
let folder: string;
let prosa: ReturnType<typeof commandIn>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "prosa-cli-"));
  ollama = await startFakeOllama();
  server = await startServer({ env: { OLLAMA_HOST: ollama.url, RATE_LIMIT: "off" } });
  ana = await register(server.url);
  prosa = commandIn(folder, { PROSA_SERVER: server.url, PROSA_TOKEN: ana.token });
});
afterEach(() => ollama.setBehaviour());
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await ollama.close();
  await rm(folder, { recursive: true, force: true });
});

/** The messages of the one chat that begins with these words. */
async function chatThatBegins(words: string) {
  const found = [];
  for (const { id } of (await ana.chats.listChats({ pageSize: 100 })).chats) {
    const { messages } = await ana.messages.listMessages({ chatId: id });
    if (messages[0]?.text === words) found.push({ id, messages });
  }
  expect(found).toHaveLength(1);
  return found[0]!;
}
type Step = {
  [name: string]: unknown;
  delta?: { text?: string };
  finished?: { message: { status: string } };
};
const jsonLines = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Step);

describe("the session", () => {
  const plain = () => commandIn(join(folder, "session"));
  const file = () => join(folder, "session", "prosa", "cli.json");
  const readToken = async () => {
    const kept = JSON.parse(await readFile(file(), "utf8")) as { tokens: Record<string, string> };
    return kept.tokens[server.url]!;
  };

  test("begins with a password, is kept where only its owner can read it, and ends", async () => {
    const { run } = plain();
    expect(await run(["chats", "--server", server.url])).toMatchObject({
      code: 1,
      err: expect.stringContaining("prosa login"),
    });
    const login = ["login", server.url, "--email", ana.email];
    const wrong = await run(login, "not the password\n");
    expect(wrong).toMatchObject({ code: 1, out: "" });
    expect(wrong.err).toMatch(new RegExp(`Try again with: prosa login ${server.url}\n$`));
    const programs = await run([...login, "--json"], `${ana.password}\n`);
    expect(jsonLines(programs.out)).toMatchObject([{ email: ana.email }]);
    expect(await run(["logout", "--json"])).toMatchObject({ code: 0, out: "{}\n" });
    expect(await run(["logout", "--json"])).toMatchObject({ code: 0, out: "{}\n" });
    const right = await run(login, `${ana.password}\n`);
    expect(right).toMatchObject({ code: 0, out: expect.stringContaining(ana.email) });
    if (process.platform !== "win32") expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect((await run(["chats"])).code).toBe(0);
    const token = await readToken();
    expect((await run(["logout"])).code).toBe(0);
    expect(await readFile(file(), "utf8")).not.toContain(token);
    expect(await run(["chats"], "", { PROSA_TOKEN: token })).toMatchObject({ code: 1 });
  });

  test("is the one that ends, and not that of PROSA_TOKEN", async () => {
    const { run } = plain();
    await run(["login", server.url, "--email", ana.email], `${ana.password}\n`);
    const token = await readToken();
    const other = { PROSA_TOKEN: ana.token };
    expect((await run(["logout"], "", other)).code).toBe(0);
    expect((await run(["chats"], "", other)).code).toBe(0);
    expect((await run(["chats"], "", { PROSA_TOKEN: token })).err).toContain("prosa login");
  });

  test("can begin with a token, which goes to no other server", async () => {
    const { run } = plain();
    expect((await run(["login", server.url, "--token", "-"], `${ana.token}\n`)).code).toBe(0);
    expect((await run(["chats"])).code).toBe(0);
    const other = await run(["chats", "--server", "http://127.0.0.1:1"]);
    expect(other.err).toContain("not logged in at http://127.0.0.1:1");
    // Nothing is read from the person before the server has answered.
    const nowhere = await run(["login", "http://127.0.0.1:1"]);
    expect(nowhere).toMatchObject({ code: 1, out: "" });
    expect(nowhere.err).toMatch(/No Prosa answers at http:\/\/127\.0\.0\.1:1 \(/);
    expect((await run(["login", server.url, "--token", "wrong"])).code).toBe(1);
    expect((await run(["chats"])).code).toBe(0);
  });
});

describe("asking", () => {
  test("prints the answer and nothing else, and keeps the chat", async () => {
    const { code, out, err } = await prosa.run(["ask", "sentinel:multibyte"], "and this");
    expect({ code, out, err }).toEqual({ code: 0, out: `${multibyteText}\n`, err: "" });
    const { messages } = await chatThatBegins("sentinel:multibyte\n\nand this");
    expect(messages[1]!.text).toBe(multibyteText);
  });

  test("keeps nothing when it is told so", async () => {
    const before = (await ana.chats.listChats({})).chats.length;
    const { code, out } = await prosa.run(["ask", "--no-store"], "Hello\n");
    expect({ code, out }).toEqual({ code: 0, out: `${fakeGreeting}\n` });
    expect((await ana.chats.listChats({})).chats).toHaveLength(before);
  });

  test("brings every step as JSON when it is told so", async () => {
    const { code, out } = await prosa.run(["ask", "--json", "-m", "fake:1b", "Hello"]);
    expect(code).toBe(0);
    const steps = jsonLines(out);
    expect(steps[0]).toHaveProperty("accepted");
    expect(steps.map(({ delta }) => delta?.text ?? "").join("")).toBe(fakeGreeting);
    expect(steps.at(-1)!.finished!.message.status).toBe("STATUS_COMPLETE");
  });

  test("fails with what there is of the answer, a reason and an exit code", async () => {
    for (const more of [[], ["--no-store"]]) {
      const failed = await prosa.run(["ask", ...more, "sentinel:error-midway,tokens=3"]);
      expect(failed).toMatchObject({ code: 1, out: "the river carries \n" });
      expect(failed.err).toMatch(/^prosa: .*CUDA error\n$/);
    }
    const missing = await prosa.run(["ask", "-m", "nowhere:1b", "Hello"]);
    expect(missing).toMatchObject({ code: 1, out: "" });
    expect(missing.err).toContain("prosa models");
    expect(await prosa.run(["ask"], " \n")).toMatchObject({ code: 2, out: "" });
  });

  test("is stopped by Ctrl-C, and so is the model", async () => {
    const running = prosa.start(["ask", "sentinel:tokens=1000,delay=20"]);
    running.child.stdin!.end();
    await expect.poll(running.out, { timeout: 20_000 }).toContain("the river");
    running.child.kill("SIGINT");
    expect((await running.ended).code).toBe(130);
    await expect
      .poll(() => ollama.requests.findLast(({ kind }) => kind === "chat")!.aborted)
      .toBe(true);
  });

  test("ends when the reader of the pipe leaves, and so does the model", async () => {
    const running = prosa.start(["ask", "sentinel:tokens=1000,delay=20"]);
    running.child.stdin!.end();
    await expect.poll(running.out, { timeout: 20_000 }).toContain("the river");
    running.child.stdout!.destroy();
    expect(await running.ended).toMatchObject({ code: 141, err: "" });
    await expect
      .poll(() => ollama.requests.findLast(({ kind }) => kind === "chat")!.aborted)
      .toBe(true);
  });

  test("goes on exactly where a lost connection broke", async () => {
    await using proxy = await tcpProxy(server.url);
    const address = { PROSA_SERVER: proxy.through(server.url) };
    const running = prosa.start(["ask", "sentinel:tokens=200,delay=20"], address);
    running.child.stdin!.end();
    for (const words of ["boats", "sings the river carries"]) {
      await expect.poll(running.out, { timeout: 20_000 }).toContain(words);
      proxy.cut();
    }
    const { code, out, err } = await running.ended;
    expect({ code, out, err }).toEqual({
      code: 0,
      out: `${makePieces(200).join("")}\n`,
      err: "",
    });
  });
});

describe("a conversation", () => {
  test("answers each line, and can be gone on with", async () => {
    const { code, out } = await prosa.run(["chat"], "Good morning\n\nsentinel:tokens=5\n");
    expect({ code, out }).toEqual({
      code: 0,
      out: `${fakeGreeting}\n${makePieces(5).join("")}\n`,
    });
    const { id } = await chatThatBegins("Good morning");
    const again = await prosa.run(["chat", id], "sentinel:echo");
    const heard = JSON.parse(again.out) as { content: string }[];
    expect(heard.map(({ content }) => content)).toEqual([
      "Good morning",
      fakeGreeting,
      "sentinel:tokens=5",
      makePieces(5).join(""),
      "sentinel:echo",
    ]);
    const shown = await prosa.run(["chats", "show", id]);
    expect(shown.out).toContain(fakeGreeting);
  });

  test("that is left at once leaves no chat, nor does a message that is too long", async () => {
    const count = async () => (await ana.chats.listChats({ pageSize: 100 })).chats.length;
    const before = await count();
    expect(await prosa.run(["chat"], "\n")).toEqual({ code: 0, out: "", err: "" });
    const long = "x".repeat(262_145);
    for (const command of ["ask", "chat"]) {
      const refused = await prosa.run([command], long);
      expect(refused, command).toMatchObject({ code: 1, out: "" });
      expect(refused.err, command).toMatch(/^prosa: [^\n]*262,144 bytes[^\n]*\n$/);
    }
    expect((await prosa.run(["ask", "x"], long.slice(1))).err).toContain("262,147 bytes");
    expect(await count()).toBe(before);
  });

  test("is stopped by Ctrl-C, goes on, and is left by one at the prompt", async () => {
    const running = prosa.start(["chat"]);
    running.child.stdin!.write("sentinel:tokens=1000,delay=20\n");
    await expect.poll(running.out, { timeout: 20_000 }).toContain("quiet houses");
    running.child.kill("SIGINT");
    await expect
      .poll(() => ollama.requests.findLast(({ kind }) => kind === "chat")!.aborted)
      .toBe(true);
    const before = running.out();
    running.child.stdin!.write("Hello\n");
    // The line is ended when the answer is over; before that Ctrl-C would stop the answer.
    await expect.poll(running.out, { timeout: 20_000 }).toContain(`${fakeGreeting}\n`);
    expect(running.out().startsWith(before)).toBe(true);
    running.child.kill("SIGINT");
    expect((await running.ended).code).toBe(130);
  });

  test("takes a Ctrl-C that arrives twice, as npm hands it on, for one", async () => {
    const running = prosa.start(["chat"]);
    running.child.stdin!.write("sentinel:tokens=1000,delay=20\n");
    await expect.poll(running.out, { timeout: 20_000 }).toContain("quiet houses");
    running.child.kill("SIGINT");
    // Sent at once, both could be one signal to the system.
    await sleep(5);
    running.child.kill("SIGINT");
    await expect
      .poll(() => ollama.requests.findLast(({ kind }) => kind === "chat")!.aborted)
      .toBe(true);
    running.child.stdin!.end("Hello\n");
    const { code, out } = await running.ended;
    expect(code).toBe(0);
    expect(out).toContain(`\n${fakeGreeting}\n`);
  });

  test("is left by a second Ctrl-C while the server does not take the first", async () => {
    await using proxy = await tcpProxy(server.url);
    const address = { PROSA_SERVER: proxy.through(server.url) };
    const running = prosa.start(["chat"], address);
    running.child.stdin!.write("sentinel:tokens=60,delay=20\n");
    await expect.poll(running.out, { timeout: 20_000 }).toContain("quiet houses");
    proxy.silence();
    running.child.kill("SIGINT");
    await sleep(500);
    expect(running.child.exitCode).toBe(null);
    running.child.kill("SIGINT");
    expect((await running.ended).code).toBe(130);
  });

  test("goes on where a lost connection broke, and with what is said next", async () => {
    await using proxy = await tcpProxy(server.url);
    const address = { PROSA_SERVER: proxy.through(server.url) };
    const running = prosa.start(["chat"], address);
    running.child.stdin!.write("sentinel:tokens=120,delay=20\n");
    await expect.poll(running.out, { timeout: 20_000 }).toContain("boats");
    proxy.cut();
    running.child.stdin!.end("Hello\n");
    const { code, out } = await running.ended;
    expect({ code, out }).toEqual({
      code: 0,
      out: `${makePieces(120).join("")}\n${fakeGreeting}\n`,
    });
    expect((await chatThatBegins("sentinel:tokens=120,delay=20")).messages).toHaveLength(4);
  });

  test("brings every step as JSON, also where a lost connection broke", async () => {
    await using proxy = await tcpProxy(server.url);
    const address = { PROSA_SERVER: proxy.through(server.url) };
    const running = prosa.start(["chat", "--json"], address);
    running.child.stdin!.end("sentinel:tokens=121,delay=20\n");
    await expect.poll(running.out, { timeout: 20_000 }).toContain("boats");
    proxy.cut();
    const { code, out } = await running.ended;
    const steps = jsonLines(out);
    expect(code).toBe(0);
    expect(steps[0]).toHaveProperty("opened");
    expect(steps.map(({ delta }) => delta?.text ?? "").join("")).toBe(makePieces(121).join(""));
    expect(steps.at(-1)!.finished!.message.status).toBe("STATUS_COMPLETE");
  });

  test("tells what failed and ends with 1", async () => {
    const failed = await prosa.run(["chat"], "sentinel:error-midway,tokens=3\nHello\n");
    expect(failed).toMatchObject({ code: 1, out: `the river carries \n${fakeGreeting}\n` });
    expect(failed.err).toContain("CUDA error");
    const missing = await prosa.run(["chat", "-m", "nowhere:1b"], "Hello\n");
    expect(missing).toMatchObject({ code: 1, out: "" });
  });
});

test("chats are listed, renamed, deleted and brought back", async () => {
  const { chat } = await ana.chats.createChat({ title: "A walk \u009b31min the park" });
  const id = chat!.id;
  const listed = await prosa.run(["chats", "-n", "1"]);
  expect(listed.out.split("\t")).toEqual([
    id,
    expect.any(String),
    expect.any(String),
    "A walk \ufffd31min the park\n",
  ]);
  expect((await prosa.run(["chats", "rename", id, "Another", "walk"])).out).toContain(
    "Another walk",
  );
  expect((await prosa.run(["chats", "delete", id])).err).toContain(`prosa chats restore ${id}`);
  expect((await prosa.run(["chats", "show", id])).code).toBe(1);
  expect(await prosa.run(["chats", "delete", id, "--json"])).toMatchObject({ out: "{}\n" });
  expect((await prosa.run(["chats", "restore", id, "--json"])).out).toContain("Another walk");
  const [first] = jsonLines((await prosa.run(["chats", "--json"])).out);
  expect(first).toMatchObject({ id, title: "Another walk" });
});

test("models are listed, loaded, unloaded, installed and deleted", async () => {
  expect((await prosa.run(["models"])).out).toMatch(/^fake-embed\t.*\tembeddings\t/m);
  const state = async () =>
    jsonLines((await prosa.run(["models", "--json"])).out).find(
      ({ name }) => name === "fake-embed",
    );
  expect((await prosa.run(["models", "load", "fake-embed"])).code).toBe(0);
  expect(await state()).toMatchObject({ loaded: true });
  expect((await prosa.run(["models", "unload", "fake-embed"])).code).toBe(0);
  expect(await state()).not.toHaveProperty("loaded");

  const pulled = await prosa.run(["pull", "new:1b"]);
  expect(pulled).toMatchObject({ code: 0, out: "new:1b is installed.\n" });
  expect(pulled.err).toMatch(/^new:1b: \d+%$/m);
  expect((await prosa.run(["models", "rm", "new:1b"])).code).toBe(0);
  expect(await prosa.run(["models", "rm", "new:1b"])).toMatchObject({ code: 1 });
  await prosa.run(["pull", "new:1b"]);
  const removed = await prosa.run(["models", "rm", "new:1b", "--json"]);
  expect(removed).toEqual({ code: 0, out: "{}\n", err: "new:1b is deleted.\n" });
  expect((await prosa.run(["pull", "missing"])).err).toContain("does not know missing");
});

test("leaving a download does not stop it, and cancelling does", async () => {
  const running = prosa.start(["pull", "slow:1b"]);
  await expect.poll(running.err, { timeout: 20_000 }).toMatch(/%/);
  running.child.kill("SIGINT");
  const left = await running.ended;
  expect(left).toMatchObject({ code: 130, err: expect.stringContaining("--cancel slow:1b") });
  expect((await ana.models.listModels({})).pulls.map(({ model }) => model)).toEqual(["slow:1b"]);
  const cancelled = await prosa.run(["pull", "--cancel", "slow:1b", "--json"]);
  expect(cancelled).toMatchObject({ code: 0, out: "{}\n" });
  await expect.poll(async () => (await ana.models.listModels({})).pulls).toEqual([]);
});

test("what is wrong is told in one line, without a stack trace", async () => {
  const cases: [string[], number, RegExp][] = [
    [["nothing"], 2, /no command "nothing"/],
    [["chats", "--nothing"], 2, /--nothing/],
    [["chats", "show"], 2, /prosa chats show ID/],
    [["chats", "show", "nope"], 1, /"nope" is no id of a chat\./],
    [["chat", "nope"], 1, /"nope" is no id of a chat\./],
    [["tokens", "revoke", "nope"], 1, /"nope" is no id of an access token\./],
    [["pull", "http://x/y z"], 1, /"http:\/\/x\/y z" is no name of a model\./],
    [["ask", "-m", "y z", "Hello"], 1, /"y z" is no name of a model\./],
    [["chats", "--server", "ftp://x"], 2, /no address/],
    [["chats", "--server", "127.0.0.1:1"], 1, /No Prosa answers at http:\/\/127.0.0.1:1/],
    [["import", "/nonexistent/file"], 1, /^prosa: \/nonexistent\/file does not exist\.$/m],
    [["import", folder], 2, /is a folder/],
    [["export", "/nonexistent/file"], 1, /cannot be written: its folder does not exist\.$/m],
    [["export", folder], 2, /is a folder/],
  ];
  for (const [args, code, words] of cases) {
    const ended = await prosa.run(args);
    expect(ended, args.join(" ")).toMatchObject({ code, out: "" });
    expect(ended.err).toMatch(/^prosa: [^\n]+\n$/);
    expect(ended.err).toMatch(words);
  }
  const stranger = await prosa.run(["chats"], "", { PROSA_TOKEN: "wrong" });
  expect(stranger).toMatchObject({ code: 1, err: expect.stringContaining("prosa login") });
});

test("help is there for all commands and for each", async () => {
  const { run } = commandIn(folder);
  expect(await run(["--help"])).toMatchObject({
    code: 0,
    out: expect.stringContaining("chats show ID"),
  });
  expect(await run(["pull", "--help"])).toMatchObject({
    code: 0,
    out: expect.stringContaining("--cancel"),
  });
  expect(await run([])).toMatchObject({ code: 2 });
});
