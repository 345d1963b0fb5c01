import { texts as english } from "./en/api-page.ts";
import { withTexts } from "./i18n.ts";

export const t = await withTexts(english, {
  "pt-BR": async () => (await import("./pt-BR/api-page.ts")).texts,
});
