import { adminTexts as english } from "../i18n/en/admin.ts";
import { lazyTexts } from "../i18n/lazy-texts.ts";

/** The texts of this slice in the current language. */
export const adminTexts = await lazyTexts(english, {
  "pt-BR": async () => (await import("../i18n/pt-BR/admin.ts")).adminTexts,
});
