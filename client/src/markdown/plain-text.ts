import type { Token } from "marked";
import { decodeEntities } from "./entities.ts";

/** The words of inline tokens without their marks. */
export function plainText(tokens: readonly Token[] | undefined): string {
  return (tokens ?? []).map(textOf).join("");
}

function textOf(token: Token): string {
  if (token.type === "br") return " ";
  if (token.type === "checkbox") return "";
  if ("tokens" in token && token.tokens && !("autolink" in token)) return plainText(token.tokens);
  if (!("text" in token)) return "";
  return token.type === "text" ? decodeEntities(token.text) : token.text;
}
