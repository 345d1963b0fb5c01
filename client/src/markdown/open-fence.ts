import type { Token, Tokens } from "marked";

export type OpenFence = {
  /** The same block with the lines that have come since, or undefined once a line may close it. */
  grow(source: string): Tokens.Code | undefined;
};

/** Follows a fenced block that stands at `start` and is not closed yet; undefined for all others. */
export function openFence(source: string, start: number, token: Token): OpenFence | undefined {
  if (!isFence(source, start, token)) return undefined;
  const [opening] = /^(?:`+|~+)/.exec(source.slice(start, start + token.raw.length)) ?? [""];
  const firstBreak = source.indexOf("\n", start);
  if (firstBreak < 0 || !opening) return undefined;
  const content = firstBreak + 1;
  const closing = new RegExp(`\n {0,3}${opening}${opening.charAt(0)}* *(?=\n|$)`);
  let seen = firstBreak;
  const closes = (text: string) => closing.test(text.slice(seen));
  if (closes(source)) return undefined;
  return {
    grow(grown) {
      if (closes(grown)) return undefined;
      seen = grown.lastIndexOf("\n");
      return { ...token, raw: grown.slice(start), text: grown.slice(content) };
    },
  };
}

/** Whether this token is a fenced block, closed or not, whose fence is not indented. */
export function isFence(source: string, start: number, token: Token): token is Tokens.Code {
  return token.type === "code" && /[`~]/.test(source.charAt(start));
}
