import { afterEach, expect, it, vi } from "vitest";
import { t as entry } from "./entry.ts";
import { en } from "./en.ts";
import { formatsOf } from "./format.ts";
import { applyLocale, format, locale, preferredLocale, t, withTexts } from "./i18n.ts";
import { ptBR } from "./pt-BR.ts";

afterEach(async () => {
  vi.unstubAllGlobals();
  await applyLocale("en");
  localStorage.clear();
});

/** The places of all texts of a dictionary, as `login.title`. */
function keysOf(texts: object, prefix = ""): string[] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === "object" ? keysOf(value, `${prefix}${key}.`) : [prefix + key],
  );
}

const english = import.meta.glob<object>("./*.ts", { base: "./en", eager: true });
const portuguese = import.meta.glob<object>("./*.ts", { base: "./pt-BR", eager: true });

it("has the same texts in both languages, and none is empty", () => {
  const all = [
    { ...english, en },
    { ...portuguese, en: ptBR },
  ] as const;
  expect(keysOf(all[1]).toSorted()).toEqual(keysOf(all[0]).toSorted());
  expect(keysOf(all[0])).toContain("./search.ts.texts.search.hint");
  expect(JSON.stringify(all)).not.toContain('""');
});

it("names no text of a single screen as one of the whole page", () => {
  const sections = Object.values(english).flatMap((file) =>
    "texts" in file ? Object.keys(file.texts as object) : [],
  );
  const names = [...sections, ...Object.keys(en)];
  expect(names).toContain("login");
  expect(names).toEqual([...new Set(names)]);
});

it("changes texts, formats, the page's language and the memory of this browser together", async () => {
  await applyLocale("pt-BR");
  expect(t().common.cancel).toBe("Cancelar");
  expect(format().number(1234.5, 1)).toBe("1.234,5");
  expect(document.documentElement.lang).toBe("pt-BR");
  expect(preferredLocale()).toBe("pt-BR");
});

it("changes the texts of a screen that is open, and back", async () => {
  expect(entry().login.submit).toBe("Log in");
  await applyLocale("pt-BR");
  await vi.waitFor(() => expect(entry().login.submit).toBe("Entrar"));
  expect(entry().common.cancel).toBe("Cancelar");
  await applyLocale("en");
  await vi.waitFor(() => expect(entry().login.submit).toBe("Log in"));
});

it("opens a screen in the language that was chosen before", async () => {
  await applyLocale("pt-BR");
  const { t: search } = await import("./search.ts");
  expect(search().search.label).toBe("Buscar nas conversas");
});

it("keeps a screen in English when its texts in another language cannot be loaded", async () => {
  const screen = await withTexts(
    { only: { text: "English" } },
    { "pt-BR": () => Promise.reject(new Error("offline")) },
  );
  await applyLocale("pt-BR");
  expect(screen().common.cancel).toBe("Cancelar");
  expect(screen().only.text).toBe("English");
});

it("keeps the language when it is asked for one that it does not have", async () => {
  await applyLocale("pt-BR");
  await applyLocale("tlh");
  expect(locale()).toBe("pt-BR");
});

it("shows the language that was chosen last, not the one that loaded last", async () => {
  await Promise.all([applyLocale("pt-BR"), applyLocale("en")]);
  expect(locale()).toBe("en");
});

it.each([
  [["pt-PT", "en"], "pt-BR"],
  [["fr", "pt"], "pt-BR"],
  [["fr"], "en"],
  [["en-GB", "pt-BR"], "en"],
])("begins with a language of the browser: %j", (languages, expected) => {
  vi.stubGlobal("navigator", { languages });
  expect(preferredLocale()).toBe(expected);
});

it("writes sizes as each language does", () => {
  const [english, portuguese] = [formatsOf("en"), formatsOf("pt-BR")];
  expect(english.bytes(1_321_000_000)).toBe("1.3 GB");
  expect(portuguese.bytes(1_321_000_000)).toMatch(/^1,3\sGB$/);
  expect(english.bytes(999)).toMatch(/999/);
  expect(english.bytes(6_100_000)).toBe("6 MB");
  expect(portuguese.percent(0.31)).toMatch(/^31\s?%$/);
});
