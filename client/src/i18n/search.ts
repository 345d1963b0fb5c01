import { texts as english } from "./en/search.ts";
import { withTexts } from "./i18n.ts";

export const t = await withTexts(english, {
  "pt-BR": async () => (await import("./pt-BR/search.ts")).texts,
});
