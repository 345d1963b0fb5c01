import {
  ReplyProgress,
  ReplyPurpose,
  type RunningReply,
} from "#proto/prosa/admin/v1/running_reply_pb.ts";
import { Status } from "#proto/prosa/chat/v1/message_pb.ts";
import { GenerateRole } from "#proto/prosa/llm/v1/llm_service_pb.ts";
import { encodePageToken } from "#db/keyset.ts";
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Person, type TestApp, testApp } from "../testing/app.ts";
import { failureOf } from "../testing/failure.ts";

const LONG = "sentinel:tokens=2000,delay=20";

let app: TestApp;
let admin: Person;
let member: Person;

beforeAll(async () => {
  app = await testApp();
  admin = await app.signIn("Ana");
  member = await app.signIn("Bia");
});
afterEach(async () => {
  for (const { id } of await running()) await admin.admin.stopRunningReply({ replyId: id });
  await expect.poll(running).toEqual([]);
});
afterAll(() => app[Symbol.asyncDispose]());

async function running(): Promise<RunningReply[]> {
  return (await admin.admin.listRunningReplies({})).replies;
}

/** Asks in a new chat, and resolves when the reply is there; `ended` brings the reply as stored. */
async function ask(person: Person, text = LONG) {
  const { chat } = await person.chats.createChat({ title: "Long", model: "fake:1b" });
  const accepted = Promise.withResolvers<string>();
  const ended = (async () => {
    const sent = { chatId: chat!.id, requestId: randomUUID(), text };
    for await (const { event } of person.messages.sendMessage(sent)) {
      if (event.case === "accepted") accepted.resolve(event.value.reply!.id);
      if (event.case === "finished") return event.value.message!;
    }
    throw new Error("it did not finish");
  })();
  ended.catch(accepted.reject);
  return { id: await accepted.promise, ended };
}

function generate(person: Person) {
  const messages = [{ role: GenerateRole.USER, text: LONG }];
  return failureOf(
    (async () => {
      for await (const _ of person.llm.generate({ model: "fake:1b", messages }));
    })(),
  );
}

test("all that is made and waited for is listed with its user, its place and no text", async () => {
  const first = await ask(member);
  await expect.poll(async () => (await running())[0]?.tokens ?? 0).toBeGreaterThan(0);
  const second = await ask(admin);
  const program = generate(member);
  await expect.poll(async () => (await running()).length).toBe(3);
  const model = "fake:1b";
  await expect.poll(running).toMatchObject([
    {
      ...{ id: first.id, model, userId: member.id, userName: "Bia", position: 0 },
      ...{ purpose: ReplyPurpose.CHAT, progress: ReplyProgress.STREAMING },
    },
    {
      ...{ id: second.id, model, userId: admin.id, userName: "Ana", position: 1, tokens: 0 },
      ...{ purpose: ReplyPurpose.CHAT, progress: ReplyProgress.QUEUED },
    },
    {
      ...{ model, userId: member.id, userName: "Bia", position: 2, tokens: 0 },
      ...{ purpose: ReplyPurpose.PROGRAM, progress: ReplyProgress.QUEUED },
    },
  ]);
  for (const { startTime } of await running()) expect(startTime).toBeDefined();
  for (const { id } of await running()) await admin.admin.stopRunningReply({ replyId: id });
  await Promise.all([first.ended, second.ended, program]);
});

test("they are listed page by page", async () => {
  const asked = [await ask(member), await ask(member), await ask(member)];
  await expect.poll(async () => (await running()).length).toBe(3);
  const seen: string[] = [];
  const sizes: number[] = [];
  let pageToken = "";
  do {
    const page = await admin.admin.listRunningReplies({ pageSize: 2, pageToken });
    seen.push(...page.replies.map(({ id }) => id));
    sizes.push(page.replies.length);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  expect(sizes).toEqual([2, 1]);
  expect(seen).toEqual(asked.map(({ id }) => id));
  for (const made of ["x", encodePageToken(["nonsense"])]) {
    expect(await failureOf(admin.admin.listRunningReplies({ pageToken: made }))).toMatchObject({
      reason: "BAD_PAGE_TOKEN",
    });
  }
});

test("a reply that an administrator stops keeps what was written, and leaves the line", async () => {
  const { id, ended } = await ask(member);
  const next = await ask(member, "Hello");
  await expect.poll(async () => (await running())[0]?.tokens ?? 0).toBeGreaterThan(0);
  await admin.admin.stopRunningReply({ replyId: id });
  const reply = await ended;
  expect(reply.status).toBe(Status.STOPPED);
  expect(reply.text).not.toBe("");
  expect((await next.ended).status).toBe(Status.COMPLETE);
  expect(await failureOf(admin.admin.stopRunningReply({ replyId: id }))).toMatchObject({
    code: "NotFound",
  });
});

test("a program's call that an administrator stops ends with the reason", async () => {
  const program = generate(member);
  await expect.poll(async () => (await running()).length).toBe(1);
  const [answer] = await running();
  await admin.admin.stopRunningReply({ replyId: answer!.id });
  expect(await program).toMatchObject({ code: "Aborted", reason: "ANSWER_STOPPED" });
});

test("members neither see nor stop the replies of others", async () => {
  const { id } = await ask(admin);
  const { admin: tried } = member;
  for (const call of [tried.listRunningReplies({}), tried.stopRunningReply({ replyId: id })]) {
    expect(await failureOf(call)).toMatchObject({ reason: "ADMIN_REQUIRED" });
  }
  await expect.poll(running).toMatchObject([{ id }]);
});
