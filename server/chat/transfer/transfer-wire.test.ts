import { ImportFormat } from "#proto/prosa/chat/v1/chat_transfer_pb.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failureOf } from "../../testing/failure.ts";
import { type Protocol, type ServedApp, servedApp } from "../../testing/served-app.ts";
import { exportFile, importFile, partsOf, requestsOf } from "../../testing/transfer.ts";

let served: ServedApp;

beforeAll(async () => {
  served = await servedApp({ config: { rateLimit: false } });
});
afterAll(() => served[Symbol.asyncDispose]());

const header = '{"header":{"format":"prosa","version":1}}';
const time = '"createTime":"2026-01-01T00:00:00Z"';
const file = [
  header,
  `{"chat":{"sourceId":"a","title":"T",${time},"updateTime":"2026-01-01T00:00:00Z","messageCount":1}}`,
  `{"message":{"role":"ROLE_USER","text":"${"é😀".repeat(30_000)}","status":"STATUS_COMPLETE",${time}}}\n`,
].join("\n");

const signIn = async (protocol: Protocol) => {
  const { token } = await served.app.signIn();
  return served.clients({ authorization: `Bearer ${token}` }, protocol);
};

test.each(["Connect", "gRPC"] as const)(
  "a file comes in and goes out by %s as it is",
  async (protocol) => {
    const person = await signIn(protocol);
    const summary = await importFile(person, file, ImportFormat.PROSA, 10_001);
    expect(summary).toMatchObject({ createdChats: 1, createdMessages: 1, failedRecords: 0 });
    expect(await exportFile(person)).toBe(file);
  },
);

test("a file comes in by single calls and goes out by gRPC-Web as it is", async () => {
  const person = await signIn("gRPC-Web");
  for (const part of partsOf(file, ImportFormat.PROSA, 10_001)) {
    await person.chats.importChatsPart(part);
  }
  expect(await exportFile(person)).toBe(file);
});

test.each(["Connect", "gRPC"] as const)(
  "a stream that is refused ends by %s although the client would go on for ever",
  async (protocol) => {
    const person = await signIn(protocol);
    async function* endless() {
      for await (const { part } of requestsOf("x".repeat(100), ImportFormat.PROSA, 100)) {
        for (;;) {
          yield { part };
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      }
    }
    const failure = await failureOf(person.chats.importChats(endless()));
    expect(failure).toMatchObject({ reason: "OUT_OF_ORDER", metadata: { expected: "data" } });
    expect(await importFile(person, file)).toMatchObject({ createdChats: 1 });
  },
);
