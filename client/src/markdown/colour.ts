import { createCssVariablesTheme, createHighlighterCore } from "shiki/core";
import type { GrammarState, HighlighterCore, ThemedToken } from "shiki/core";
import { createJavaScriptRegexEngine } from "shiki/engine/javascript";
import { grammarOf, languageOf } from "./languages.ts";
import { whenIdle } from "./when-idle.ts";

const THEME = "prosa";
const LINES_PER_SLICE = 8;
/** Below this many spare milliseconds the rest waits for the next idle moment. */
const MIN_SPARE_MS = 3;
/** Longer lines are data more often than code and take long to read. */
const MAX_LINE_CHARACTERS = 1_000;

let loading: Promise<HighlighterCore> | undefined;

/** Code as spans with classes (`md-c-keyword`), made in slices while the browser is idle. */
export async function colour(
  code: string,
  name: string,
  signal: AbortSignal,
): Promise<DocumentFragment | undefined> {
  const language = languageOf(name);
  if (!language) return undefined;
  loading ??= createHighlighterCore({
    themes: [createCssVariablesTheme({ name: THEME, variablePrefix: "" })],
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  });
  const highlighter = await loading;
  await highlighter.loadLanguage(grammarOf(language));

  const fragment = document.createDocumentFragment();
  const lines = code.split("\n");
  let grammarState: GrammarState | undefined;
  for (let next = 0; next < lines.length;) {
    const spare = await whenIdle();
    do {
      if (signal.aborted) return undefined;
      const slice = lines.slice(next, next + LINES_PER_SLICE);
      const tokens = highlighter.codeToTokensBase(slice.join("\n"), {
        lang: language,
        theme: THEME,
        tokenizeMaxLineLength: MAX_LINE_CHARACTERS,
        ...(grammarState && { grammarState }),
      });
      grammarState = highlighter.getLastGrammarState(tokens);
      appendLines(fragment, tokens, next > 0);
      next += LINES_PER_SLICE;
    } while (next < lines.length && spare() > MIN_SPARE_MS);
  }
  return fragment;
}

/** Neighbours of one class share a node; what has the colour of the text is text alone. */
function appendLines(fragment: DocumentFragment, lines: ThemedToken[][], broken: boolean): void {
  let text = "";
  let group = "";
  const flush = () => {
    if (text) fragment.append(group ? spanOf(group, text) : text);
    text = "";
  };
  for (const [index, line] of lines.entries()) {
    if (broken || index > 0) text += "\n";
    for (const { content, color } of line) {
      const own = /token-([a-z-]+)/.exec(color ?? "")?.[1] ?? "";
      if (own !== group && content.trim()) {
        flush();
        group = own;
      }
      text += content;
    }
  }
  flush();
}

function spanOf(group: string, text: string): HTMLSpanElement {
  const span = document.createElement("span");
  span.className = `md-c-${group}`;
  span.textContent = text;
  return span;
}
