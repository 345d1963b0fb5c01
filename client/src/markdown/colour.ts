import { createCssVariablesTheme, createHighlighterCore } from "shiki/core";
import type { HighlighterCore, ThemedToken } from "shiki/core";
import { createJavaScriptRegexEngine } from "shiki/engine/javascript";
import { grammarOf, languageOf } from "./languages.ts";

const THEME = "prosa";
/** Longer lines are data more often than code and take long to read. */
const MAX_LINE_CHARACTERS = 1_000;

/** A piece of code and what it is (`keyword`, `string`); the empty name stands for plain text. */
export type Run = [group: string, text: string];

let loading: Promise<HighlighterCore> | undefined;

/** Takes code apart into runs that join to the same text; undefined for unknown languages. */
export async function colour(code: string, name: string): Promise<Run[] | undefined> {
  const language = languageOf(name);
  if (!language) return undefined;
  loading ??= createHighlighterCore({
    themes: [createCssVariablesTheme({ name: THEME, variablePrefix: "" })],
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  });
  const highlighter = await loading;
  await highlighter.loadLanguage(grammarOf(language));
  const lines = highlighter.codeToTokensBase(code, {
    lang: language,
    theme: THEME,
    tokenizeMaxLineLength: MAX_LINE_CHARACTERS,
  });
  return runsOf(lines);
}

/** Neighbours of one group become one run, whatever white space stands between them. */
function runsOf(lines: ThemedToken[][]): Run[] {
  const runs: Run[] = [];
  let last: Run = ["", ""];
  const add = (group: string, text: string) => {
    if (group === last[0] || !text.trim()) last[1] += text;
    else runs.push((last = [group, text]));
  };
  runs.push(last);
  for (const [index, line] of lines.entries()) {
    if (index > 0) add("", "\n");
    for (const { content, color } of line) add(groupOf(color), content);
  }
  return runs;
}

/** The theme's colours are names of variables: `var(--token-string-expression)`. */
function groupOf(color: string | undefined): string {
  return /token-([a-z-]+)/.exec(color ?? "")?.[1] ?? "";
}
