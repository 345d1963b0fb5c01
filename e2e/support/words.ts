import { readdir } from "node:fs/promises";
import { en } from "../../client/src/i18n/en.ts";
import type { texts as account } from "../../client/src/i18n/en/account.ts";
import type { texts as admin } from "../../client/src/i18n/en/admin.ts";
import type { texts as api } from "../../client/src/i18n/en/api-page.ts";
import type { texts as devices } from "../../client/src/i18n/en/devices.ts";
import type { texts as entry } from "../../client/src/i18n/en/entry.ts";
import type { texts as fields } from "../../client/src/i18n/en/fields.ts";
import type { texts as messageChanges } from "../../client/src/i18n/en/message-changes.ts";
import type { texts as models } from "../../client/src/i18n/en/models.ts";
import type { texts as search } from "../../client/src/i18n/en/search.ts";
import type { Locale } from "../../client/src/i18n/format.ts";
import { ptBR } from "../../client/src/i18n/pt-BR.ts";

export type { Locale };
export type Words = typeof en &
  typeof account &
  typeof admin &
  typeof api &
  typeof devices &
  typeof entry &
  typeof fields &
  typeof messageChanges &
  typeof models &
  typeof search;

/** The texts of the whole page, and those that each screen brings with it. */
async function wordsOf(locale: Locale, page: typeof en): Promise<Words> {
  const folder = new URL(`../../client/src/i18n/${locale}/`, import.meta.url);
  const files = (await readdir(folder)).map((name) => new URL(name, folder).href);
  const modules = (await Promise.all(files.map((file) => import(file)))) as { texts?: object }[];
  return Object.assign({}, page, ...modules.map(({ texts }) => texts)) as Words;
}

/** What the interface says, in each of its languages. */
export const words: Record<Locale, Words> = {
  en: await wordsOf("en", en),
  "pt-BR": await wordsOf("pt-BR", ptBR),
};
