import { adminTexts as english } from "../i18n/en/admin.ts";
import { withTexts } from "../i18n/i18n.ts";

const t = await withTexts(
  { admin: english },
  { "pt-BR": async () => ({ admin: (await import("../i18n/pt-BR/admin.ts")).adminTexts }) },
);

/** The texts of this slice in the current language. */
export const adminTexts = () => t().admin;
