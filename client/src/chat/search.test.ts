import { createClient, createRouterTransport } from "@connectrpc/connect";
import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { ChatService } from "#proto/prosa/chat/v1/chat_service_pb.ts";
import type { SearchMessagesRequest } from "#proto/prosa/chat/v1/search_pb.ts";
import { createSearch } from "./search.ts";

/** A search that answers with messages of these ids, page by page of two. */
function scripted(answer: (request: SearchMessagesRequest) => Promise<string[]> | string[]) {
  const asked: string[] = [];
  const transport = createRouterTransport(({ service }) => {
    service(ChatService, {
      async searchMessages(request) {
        asked.push(request.query);
        const ids = await answer(request);
        const from = Number(request.pageToken || 0);
        return {
          results: ids.slice(from, from + 2).map((messageId) => ({ messageId })),
          nextPageToken: ids.length > from + 2 ? String(from + 2) : "",
        };
      },
    });
  });
  const search = createSearch(createClient(ChatService, transport));
  return { ...search, asked, ids: () => search.state.results.map(({ messageId }) => messageId) };
}

test("pages follow one another up to the last", async () => {
  const { find, more, ids, state } = scripted(() => ["a", "b", "c"]);
  await find(" words ");
  expect([state.query, state.status, ids()]).toEqual(["words", "ready", ["a", "b"]]);
  await more();
  expect(ids()).toEqual(["a", "b", "c"]);
  await more();
  expect(ids()).toEqual(["a", "b", "c"]);
});

test("only the last of several searches counts, and the results before it stay until then", async () => {
  const gates = new Map<string, () => void>();
  const { find, ids, state } = scripted(async ({ query }) => {
    if (query !== "first") await new Promise<void>((resolve) => gates.set(query, resolve));
    return [query];
  });
  await find("first");
  const slow = find("slow");
  const last = find("last");
  expect([state.status, ids()]).toEqual(["loading", ["first"]]);
  await expect.poll(() => gates.size).toBe(2);
  gates.get("last")!();
  await last;
  gates.get("slow")!();
  await slow;
  expect([state.status, ids()]).toEqual(["ready", ["last"]]);
});

test("a blank query asks nothing and shows nothing", async () => {
  const { find, ids, state, asked } = scripted(() => ["a"]);
  await find("words");
  await find("  ");
  expect([state.status, ids(), asked]).toEqual(["idle", [], ["words"]]);
});

test("what failed can be had again: the same page of the same query", async () => {
  let fail = false;
  const { find, more, retry, ids, state } = scripted(() => {
    if (fail) throw new ConnectError("down", Code.Unavailable);
    return ["a", "b", "c"];
  });
  await find("words");
  fail = true;
  await more();
  expect([state.status, ids()]).toEqual(["failed", ["a", "b"]]);
  fail = false;
  await retry();
  expect([state.status, ids()]).toEqual(["ready", ["a", "b", "c"]]);
});
