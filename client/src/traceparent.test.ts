import { createClient, createRouterTransport } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { ChatService } from "#proto/prosa/chat/v1/chat_service_pb.ts";
import { traceCalls } from "./api.ts";
import { newTraceparent } from "./traceparent.ts";

const FORM = /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/;

test("each traceparent is of the form that the standard has, and another one", () => {
  const made = Array.from({ length: 50 }, newTraceparent);
  for (const header of made) expect(header).toMatch(FORM);
  expect(new Set(made.map((header) => header.split("-")[1])).size).toBe(50);
});

test("every call of the page sends one of its own", async () => {
  const seen: string[] = [];
  const transport = createRouterTransport(
    (router) =>
      router.service(ChatService, {
        listChats(_, { requestHeader }) {
          seen.push(requestHeader.get("traceparent") ?? "");
          return {};
        },
      }),
    { transport: { interceptors: [traceCalls] } },
  );
  const chats = createClient(ChatService, transport);
  await chats.listChats({});
  await chats.listChats({});
  expect(seen).toEqual([expect.stringMatching(FORM), expect.stringMatching(FORM)]);
  expect(seen[0]).not.toBe(seen[1]);
});
