import { texts as english } from "./en/admin.ts";
import { withTexts } from "./i18n.ts";

export const t = await withTexts(english, {
  "pt-BR": async () => (await import("./pt-BR/admin.ts")).texts,
});
