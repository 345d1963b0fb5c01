import { type SearchResult, SearchResultSchema } from "#proto/prosa/chat/v1/search_pb.ts";
import { cleanLine } from "../clean.ts";
import type { Command } from "../command.ts";
import { misuse } from "../failure.ts";
import type { Output } from "../output.ts";
import { limitOption, pages, readLimit } from "../pages.ts";
import { formatTime } from "../time.ts";

const DEFAULT_LIMIT = 50;

export const search: Command = {
  details: `Words are found in any form, with or without accents; all of them must be there. "…" finds words
side by side, -word excludes one (write -- before it), and model:NAME, after:YYYY-MM-DD and
before:YYYY-MM-DD narrow the search. Without --limit the newest ${DEFAULT_LIMIT} are shown.`,
  options: { limit: { ...limitOption, help: "How many at most" } },
  words: { least: 1, most: Infinity },
  async run(invocation) {
    const { output, json, signal, words, status } = invocation;
    const query = words.join(" ");
    if (query.trim() === "") throw misuse("What is to be found? Usage: prosa search QUERY …");
    const { chats } = invocation.clients();
    const limit = invocation.text("limit") === undefined ? DEFAULT_LIMIT : readLimit(invocation);
    const found = pages(limit, async (page) => {
      const response = await chats.searchMessages({ query, ...page }, { signal });
      return { items: response.results, next: response.nextPageToken };
    });
    let count = 0;
    for await (const result of found) {
      count += 1;
      if (json) await output.json(SearchResultSchema, result);
      else await print(output, result);
    }
    if (count === 0 && !json) status.line("Nothing was found.");
  },
};

async function print(output: Output, { chat, createTime, snippet }: SearchResult): Promise<void> {
  const title = cleanLine(chat!.title) || "(untitled)";
  await output.line(`${output.faint(formatTime(createTime))}  ${chat!.id}  ${title}`);
  // Cleaned piece by piece, but with the blanks between the pieces.
  const pieces = snippet.map(({ text, match }) => {
    const plain = cleanLine(`.${text}.`).slice(1, -1);
    return match ? output.strong(plain) : plain;
  });
  await output.line(`    ${pieces.join("")}`);
}
