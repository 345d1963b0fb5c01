import { Role, Status } from "#proto/prosa/chat/v1/message_pb.ts";
import { Code, ConnectError } from "@connectrpc/connect";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  beginReply,
  connect,
  type Protocol,
  protocols,
  readReply,
  register,
} from "./support/clients.ts";
import { type RunningServer, startServer } from "./support/server.ts";

// Runs against the embedded engine, and against a real Ollama where OLLAMA_HOST names one.
const LONG_QUESTION = "Conte uma história longa";
const LONG_ANSWER_BEGINS = "**O farol e o pequeno rádio**";

let server: RunningServer;

beforeAll(async () => {
  server = await startServer();
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

describe.each(Object.keys(protocols) as Protocol[])("with %s", (protocol) => {
  test("somebody registers, logs in, chats, reads on, stops, asks again and leaves", async () => {
    const registered = await register(server.url, protocol);
    const { email, password } = registered;
    const login = await connect(server.url, "", protocol).auth.login({ email, password });
    expect(login.user!.email).toBe(email);
    const ana = connect(server.url, login.sessionToken, protocol);

    const { chat } = await ana.chats.createChat({});
    expect(chat!.model).toMatch(/^prosa-tiny/);
    const request = { requestId: randomUUID(), chatId: chat!.id, text: LONG_QUESTION };
    const answer = await readReply(ana.messages.sendMessage(request));
    expect(answer.kinds[0]).toBe("accepted");
    expect(answer.text).toContain(LONG_ANSWER_BEGINS);
    expect(answer.kinds.filter((kind) => kind === "delta").length).toBeGreaterThan(20);
    expect(answer.finished).toMatchObject({ status: Status.COMPLETE, text: answer.text });
    expect(answer.finished!.usage!.completionTokens).toBeGreaterThan(400);
    expect(answer.kinds.at(-1)).toBe("titled");

    const part = await beginReply(ana, LONG_QUESTION, 200);
    const rest = ana.messages.followReply({
      messageId: part.id,
      offset: BigInt(Buffer.byteLength(part.shown)),
    });
    expect((await readReply(rest, part.shown)).text).toBe(answer.text);

    const cut = await beginReply(ana, LONG_QUESTION, 50);
    const { message } = await ana.messages.stopReply({ messageId: cut.id });
    expect(message!.status).toBe(Status.STOPPED);
    expect(answer.text.startsWith(message!.text)).toBe(true);
    expect(message!.text.startsWith(cut.shown)).toBe(true);

    const again = { requestId: randomUUID(), messageId: cut.id };
    const second = await readReply(ana.messages.regenerateReply(again));
    expect(second.finished!.status).toBe(Status.COMPLETE);
    const { messages } = await ana.messages.listMessages({ chatId: cut.chatId });
    expect(messages.map((each) => each.role)).toEqual([Role.USER, Role.ASSISTANT, Role.ASSISTANT]);

    const { chats } = await ana.chats.listChats({});
    expect(chats.map((each) => each.id)).toEqual([cut.chatId, part.chatId, chat!.id]);
    await ana.auth.logout({});
    const refused = ana.chats.listChats({}).catch((error: unknown) => ConnectError.from(error));
    expect(await refused).toMatchObject({ code: Code.Unauthenticated });
  });

  test("somebody asks a model directly, and nothing is stored", async () => {
    const ana = await register(server.url, protocol);
    const stream = ana.llm.generate({ messages: [{ role: 2, text: "Conte até 10" }] });
    let text = "";
    let last = "";
    for await (const { event } of stream) {
      if (event.case === "delta") text += event.value.text;
      last = event.case ?? "";
    }
    expect(text).toBe("1, 2, 3, 4, 5, 6, 7, 8, 9, 10.");
    expect(last).toBe("finished");
    expect((await ana.chats.listChats({})).chats).toEqual([]);
  });
});

test("the list of models tells what each can do", async () => {
  const ana = await register(server.url);
  const { models, defaultModel } = await ana.models.listModels({});
  const tiny = models.find((model) => model.name === "prosa-tiny")!;
  expect(tiny).toMatchObject({ contextLength: 2048, demonstration: true, contextWindow: 2048 });
  expect(defaultModel).toBe("prosa-tiny");
});
