import type { Invocation, Option } from "./command.ts";
import { misuse } from "./failure.ts";

const MOST_PER_PAGE = 100;

type Page = { pageSize: number; pageToken: string };

export const limitOption: Option = {
  type: "string",
  short: "n",
  value: "NUMBER",
  help: "How many at most; all of them without it",
};

export function readLimit({ text }: Pick<Invocation, "text">): number {
  const given = text("limit");
  if (given === undefined) return Infinity;
  if (!/^[1-9]\d{0,8}$/.test(given)) throw misuse("--limit wants a number from 1 on.");
  return Number(given);
}

/** The items of a list that comes in pages, up to a limit. */
export async function* pages<Item>(
  limit: number,
  read: (page: Page) => Promise<{ items: Item[]; next: string }>,
): AsyncGenerator<Item> {
  let left = limit;
  let pageToken = "";
  do {
    const { items, next } = await read({ pageSize: Math.min(left, MOST_PER_PAGE), pageToken });
    yield* items.slice(0, left);
    left -= items.length;
    pageToken = next;
  } while (pageToken !== "" && left > 0);
}
