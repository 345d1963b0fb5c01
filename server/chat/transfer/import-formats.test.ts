import { ImportFormat, ImportProblem } from "#proto/prosa/chat/v1/chat_transfer_pb.ts";
import { type Message, Rating, Role, Status } from "#proto/prosa/chat/v1/message_pb.ts";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Person, type TestApp, testApp } from "../../testing/app.ts";
import { failureOf } from "../../testing/failure.ts";
import { chatGptConversation, openWebUiChat } from "../../testing/foreign-exports.ts";
import { type Contents, exportFile, importFile } from "../../testing/transfer.ts";

let app: TestApp;
// Whole files go to a real database and back.
vi.setConfig({ testTimeout: 60_000 });

beforeAll(async () => {
  app = await testApp({ config: { rateLimit: false } });
});
afterAll(() => app[Symbol.asyncDispose]());

const { CHATGPT, OPEN_WEBUI } = ImportFormat;

async function importAs(format: ImportFormat, contents: Contents) {
  const person = await app.signIn();
  const summary = await importFile(person, contents, format);
  const { chats } = await person.chats.listChats({});
  const chat = chats[0]!;
  const messages = chat ? (await person.messages.listMessages({ chatId: chat.id })).messages : [];
  return { person, summary, chat, messages };
}

/** Each message as its text below its parent's number, for the eye. */
function outline(messages: Message[]) {
  const numbers = new Map(messages.map(({ id }, index) => [id, index + 1]));
  return messages.map(({ parentId, role, text }) => {
    const who = role === Role.USER ? "user" : "reply";
    return `${numbers.get(parentId) ?? 0} ${who}: ${text}`;
  });
}

async function ask(person: Person, chatId: string, more = {}) {
  const request = { chatId, requestId: randomUUID(), text: "And then?", ...more };
  for await (const { event } of person.messages.sendMessage(request)) {
    if (event.case === "finished") return event.value.message!;
  }
  throw new Error("no answer");
}

describe("a conversation of ChatGPT", () => {
  const plain = [
    { id: "root" },
    { id: "s", parent: "root", role: "system" },
    { id: "u1", parent: "s", role: "user", text: "What is a tree?", time: 1_700_000_001.5 },
    { id: "a1", parent: "u1", role: "assistant", text: "A plant.", time: 1_700_000_002 },
  ];

  test("comes with its title, its times and its messages, and is recognised again", async () => {
    const { person, summary, chat, messages } = await importAs(CHATGPT, [
      chatGptConversation(plain),
    ]);
    expect(summary).toMatchObject({ createdChats: 1, createdMessages: 2, failedRecords: 0 });
    expect(chat.title).toBe("About trees");
    expect(timestampDate(chat.createTime!).toISOString()).toBe("2023-11-14T22:13:20.123Z");
    expect(timestampDate(chat.updateTime!).toISOString()).toBe("2023-11-14T22:28:20.500Z");
    expect(outline(messages)).toEqual(["0 user: What is a tree?", "1 reply: A plant."]);
    expect(timestampDate(messages[0]!.createTime!).toISOString()).toBe("2023-11-14T22:13:21.500Z");
    const again = await importFile(person, [chatGptConversation(plain)], CHATGPT);
    expect(again).toMatchObject({ createdChats: 0, skippedChats: 1 });
    expect(await exportFile(person)).toContain('"sourceId":"chatgpt:c0ffee"');
  });

  test("keeps all its branches, and shows the one that was shown", async () => {
    const branched = [
      ...plain,
      { id: "a2", parent: "u1", role: "assistant", text: "Wood.", time: 1_700_000_003 },
      { id: "u2", parent: "a1", role: "user", text: "Which?", time: 1_700_000_004 },
      { id: "a3", parent: "u2", role: "assistant", text: "An oak.", time: 1_700_000_005 },
    ];
    const { messages } = await importAs(CHATGPT, [chatGptConversation(branched)]);
    expect(outline(messages)).toEqual([
      "0 user: What is a tree?",
      "1 reply: Wood.",
      "1 reply: A plant.",
      "3 user: Which?",
      "4 reply: An oak.",
    ]);
  });

  test("loses nothing but what tools and the system said: replies in a row become one", async () => {
    const tools = [
      ...plain.slice(0, 3),
      {
        id: "h",
        parent: "u1",
        role: "assistant",
        text: "hidden",
        metadata: { is_visually_hidden_from_conversation: true },
      },
      {
        id: "t1",
        parent: "h",
        role: "assistant",
        content: {
          content_type: "thoughts",
          thoughts: [{ summary: "Plants", content: "Trees are plants." }],
        },
      },
      {
        id: "c1",
        parent: "t1",
        role: "assistant",
        metadata: { finish_details: { type: "interrupted" } },
        content: { content_type: "code", language: "python", text: "print('`')" },
      },
      { id: "x1", parent: "c1", role: "tool", text: "tool output" },
      {
        id: "a1",
        parent: "x1",
        role: "assistant",
        text: "A plant.",
        metadata: { model_slug: "gpt-4o" },
      },
      { id: "x2", parent: "a1", role: "tool", text: "a leaf" },
    ];
    const { messages, chat } = await importAs(CHATGPT, [chatGptConversation(tools)]);
    expect(outline(messages)).toEqual([
      "0 user: What is a tree?",
      "1 reply: ```python\nprint('`')\n```\n\nA plant.",
    ]);
    expect(messages[1]).toMatchObject({ thinking: "Plants\n\nTrees are plants.", model: "gpt-4o" });
    expect(messages[1]!.status).toBe(Status.COMPLETE);
    expect(chat.model).toBe("gpt-4o");
  });

  test("gets an empty message where an answer or a question is missing", async () => {
    const odd = [
      { id: "a0", role: "assistant", text: "Welcome." },
      { id: "u1", parent: "a0", role: "user", text: "One" },
      { id: "u2", parent: "u1", role: "user", text: "Two" },
      { id: "u3", parent: "u1", role: "user", text: "Or two" },
    ];
    const { person, messages, chat } = await importAs(CHATGPT, [chatGptConversation(odd)]);
    expect(outline(messages)).toEqual([
      "0 user: ",
      "1 reply: Welcome.",
      "2 user: One",
      "3 reply: ",
      "4 user: Two",
      "5 reply: ",
      "4 user: Or two",
      "7 reply: ",
    ]);
    expect(messages[3]!.status).toBe(Status.STOPPED);
    expect((await ask(person, chat.id, { model: "fake:1b" })).status).toBe(Status.COMPLETE);
  });

  test("has pictures and voices as words, and ends as it ended", async () => {
    const parts = [
      { content_type: "image_asset_pointer", asset_pointer: "file-service://x" },
      { content_type: "audio_transcription", text: "spoken" },
      "What is this?",
    ];
    const said = [
      { id: "u1", role: "user", content: { content_type: "multimodal_text", parts } },
      {
        id: "a1",
        parent: "u1",
        role: "assistant",
        text: "Half",
        metadata: { finish_details: { type: "max_tokens" } },
      },
    ];
    const { messages } = await importAs(CHATGPT, [chatGptConversation(said)]);
    expect(messages[0]!.text).toBe("*[image]*\n\nspoken\n\nWhat is this?");
    expect(messages[1]!.truncated).toBe(true);
  });

  test("may be very deep and very wide, and may not go in circles", async () => {
    const deep = Array.from({ length: 20_000 }, (_, index) => ({
      id: `n${index}`,
      parent: index === 0 ? null : `n${index - 1}`,
      role: index < 2 ? ["user", "assistant"][index]! : "tool",
    }));
    const wide = Array.from({ length: 300 }, (_, index) => ({
      id: `w${index}`,
      parent: "n1",
      role: "user",
    }));
    const first = chatGptConversation([]);
    const mapping = Object.fromEntries(
      [...deep, ...wide].map(({ id, parent, role }) => [
        id,
        {
          id,
          parent,
          message: { author: { role }, content: { content_type: "text", parts: ["x"] } },
        },
      ]),
    );
    const circle = chatGptConversation([
      { id: "a", parent: "b", role: "user" },
      { id: "b", parent: "a", role: "assistant" },
    ]);
    const file = [
      { ...first, mapping },
      { ...circle, id: "circle", conversation_id: "circle" },
    ];
    const { summary } = await importAs(CHATGPT, file);
    expect(summary).toMatchObject({ createdChats: 1, createdMessages: 602, failedRecords: 1 });
    expect(summary.failures[0]).toMatchObject({ position: 2n, problem: ImportProblem.BAD_VALUE });
  });

  test("that is broken is named and spoils no other", async () => {
    const good = (id: string) =>
      JSON.stringify(chatGptConversation(plain, { id, conversation_id: id }));
    const broken = '{"title":"Bad \\"one\\"","mapping":{"a":{,}}}';
    const large = [{ id: "u", role: "user", text: "x".repeat(1024 * 1024 + 1) }];
    const file = `[${good("1")},${broken},{"title":"No"},5,${JSON.stringify(chatGptConversation(large))},${good("2")}`;
    const { summary } = await importAs(CHATGPT, file);
    const { NOT_JSON, UNKNOWN_SHAPE, TOO_LARGE, CUT_SHORT } = ImportProblem;
    expect(summary).toMatchObject({ createdChats: 2, createdMessages: 4, failedRecords: 5 });
    expect(
      summary.failures.map(({ position, problem, title }) => [position, problem, title]),
    ).toEqual([
      [2n, NOT_JSON, 'Bad "one"'],
      [3n, UNKNOWN_SHAPE, "No"],
      [4n, UNKNOWN_SHAPE, ""],
      [5n, TOO_LARGE, "About trees"],
      [7n, CUT_SHORT, ""],
    ]);
  });

  test("may hold code with any number of backticks", async () => {
    const code = `${"` ".repeat(200_000)}\`\`\`\``;
    const content = { content_type: "code", language: "python", text: code };
    const said = [...plain.slice(0, 3), { id: "c", parent: "u1", role: "assistant", content }];
    const { summary, messages } = await importAs(CHATGPT, [chatGptConversation(said)]);
    expect(summary).toMatchObject({ createdChats: 1, failedRecords: 0 });
    expect(messages[1]!.text === `\`\`\`\`\`python\n${code}\n\`\`\`\`\``).toBe(true);
  });

  test("can be gone on with, by another model when its own is not installed here", async () => {
    const named = plain.map((one) => ({ ...one, metadata: { model_slug: "gpt-4o" } }));
    const { person, chat } = await importAs(CHATGPT, [chatGptConversation(named)]);
    expect(await failureOf(ask(person, chat.id))).toMatchObject({
      reason: "MODEL_MISSING",
      metadata: { model: "gpt-4o" },
    });
    await person.chats.updateChat({ chatId: chat.id, model: "fake:1b" });
    const reply = await ask(person, chat.id);
    expect(reply.status).toBe(Status.COMPLETE);
    const again = { messageId: reply.id, requestId: randomUUID() };
    for await (const { event } of person.messages.regenerateReply(again)) {
      if (event.case === "finished") expect(event.value.message!.status).toBe(Status.COMPLETE);
    }
  });
});

describe("a chat of Open WebUI", () => {
  const reasoning =
    '<details type="reasoning" done="true" duration="2">\n<summary>Thought for 2 seconds</summary>\n> Plants.\n> Big ones.\n</details>\nA plant.';
  const said = [
    { id: "u1", role: "user", content: "What is a tree?" },
    {
      id: "a1",
      parentId: "u1",
      role: "assistant",
      content: "Wood.",
      model: "llama3.2:1b",
      error: { content: "out of memory" },
    },
    {
      id: "a2",
      parentId: "u1",
      role: "assistant",
      content: reasoning,
      model: "qwen3:0.6b",
      annotation: { rating: 1 },
    },
  ];

  test("comes with all that it has", async () => {
    const more = { chat: { ...openWebUiChat(said).chat, params: { system: "Be kind." } } };
    const { person, summary, chat, messages } = await importAs(OPEN_WEBUI, [
      openWebUiChat(said, more),
    ]);
    expect(summary).toMatchObject({ createdChats: 1, createdMessages: 3, failedRecords: 0 });
    expect(chat).toMatchObject({
      title: "About trees",
      model: "qwen3:0.6b",
      systemPrompt: "Be kind.",
    });
    expect(timestampDate(chat.updateTime!).toISOString()).toBe("2023-11-14T22:28:20.000Z");
    expect(outline(messages)).toEqual([
      "0 user: What is a tree?",
      "1 reply: Wood.",
      "1 reply: A plant.",
    ]);
    expect(messages[1]).toMatchObject({
      status: Status.FAILED,
      error: { message: "out of memory" },
    });
    expect(messages[2]).toMatchObject({ thinking: "Plants.\nBig ones.", rating: Rating.GOOD });
    expect(await exportFile(person)).toContain('"sourceId":"open-webui:b0b"');
  });

  test("may have failed with words that PostgreSQL cannot hold", async () => {
    const failed = (content: string) => [said[0]!, { ...said[1]!, error: { content } }];
    const file = ["a\0b", `${"x".repeat(999)}😀`].map((words, index) =>
      openWebUiChat(failed(words), { id: `b${index}` }),
    );
    const { person, summary } = await importAs(OPEN_WEBUI, file);
    expect(summary).toMatchObject({ createdChats: 2, failedRecords: 0 });
    const exported = await exportFile(person);
    expect(exported).toContain('"message":"a\uFFFDb"');
    expect(exported).toContain(`"message":"${"x".repeat(999)}\uFFFD"`);
  });

  test("of old, with a list of messages and no id, is recognised by its content", async () => {
    const old = [
      {
        title: "Old",
        models: ["m"],
        messages: [
          { role: "user", content: "Hi" },
          { role: "assistant", content: "Yes" },
        ],
      },
    ];
    const { person, summary, messages } = await importAs(OPEN_WEBUI, old);
    expect(summary).toMatchObject({ createdChats: 1, createdMessages: 2 });
    expect(outline(messages)).toEqual(["0 user: Hi", "1 reply: Yes"]);
    expect(await importFile(person, old, OPEN_WEBUI)).toMatchObject({
      createdChats: 0,
      skippedChats: 1,
    });
  });

  test("is not taken for one of ChatGPT, nor the other way round", async () => {
    const { summary } = await importAs(CHATGPT, [openWebUiChat(said)]);
    expect(summary.failures[0]).toMatchObject({
      problem: ImportProblem.UNKNOWN_SHAPE,
      title: "About trees",
    });
    const other = await importAs(OPEN_WEBUI, [chatGptConversation([])]);
    expect(other.summary.failures[0]!.problem).toBe(ImportProblem.UNKNOWN_SHAPE);
  });

  test("that an import has stored is exported and imported by Prosa's own format without loss", async () => {
    const { person } = await importAs(OPEN_WEBUI, [openWebUiChat(said)]);
    const file = await exportFile(person);
    const bia = await app.signIn("Bia");
    await importFile(bia, file);
    expect(await exportFile(bia)).toBe(file);
  });
});
