import { en } from "../../client/src/i18n/en.ts";

// Reached by its address: its types would bring the browser's into the type check of this side.
const portuguese = new URL("../../client/src/i18n/pt-BR.ts", import.meta.url).href;
const { ptBR } = (await import(portuguese)) as { ptBR: typeof en };

export type Words = typeof en;
export type Locale = keyof typeof words;

/** What the interface says, in each of its languages. */
export const words = { en, "pt-BR": ptBR };
