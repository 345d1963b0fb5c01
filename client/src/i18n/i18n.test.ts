import { afterEach, expect, it, vi } from "vitest";
import { en } from "./en.ts";
import { formatsOf } from "./format.ts";
import { applyLocale, format, locale, preferredLocale, t } from "./i18n.ts";
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

it("has the same texts in both languages, and none is empty", () => {
  expect(keysOf(ptBR).toSorted()).toEqual(keysOf(en).toSorted());
  expect(JSON.stringify([en, ptBR])).not.toContain('""');
});

it("changes texts, formats, the page's language and the memory of this browser together", async () => {
  await applyLocale("pt-BR");
  expect(t().login.submit).toBe("Entrar");
  expect(format().number(1234.5, 1)).toBe("1.234,5");
  expect(document.documentElement.lang).toBe("pt-BR");
  expect(preferredLocale()).toBe("pt-BR");
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
