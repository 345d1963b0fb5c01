import { texts as english } from "./en/message-changes.ts";
import { withTexts } from "./i18n.ts";

export const t = await withTexts(english, {
  "pt-BR": async () => (await import("./pt-BR/message-changes.ts")).texts,
});
