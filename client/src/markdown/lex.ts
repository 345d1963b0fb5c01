import { Lexer } from "marked";
import type { Links, Token } from "marked";

/** Tokens of GitHub-flavoured Markdown; `known` holds the link definitions that stand before it. */
export function lex(source: string, known: Links = {}): Token[] {
  const lexer = new Lexer({ gfm: true });
  Object.assign(lexer.tokens.links, known);
  try {
    lexer.blockTokens(source, lexer.tokens);
    for (const { src, tokens } of lexer.inlineQueue) {
      // A raw tag left open is only text here, so it must not reach into the next block.
      lexer.state.inRawBlock = false;
      lexer.state.inLink = false;
      lexer.inlineTokens(src, tokens);
    }
    return [...lexer.tokens];
  } catch {
    // Nesting without measure overflows the lexer's stack: such text is shown as it is.
    return [plainParagraph(source)];
  }
}

function plainParagraph(source: string): Token {
  const tokens: Token[] = [{ type: "escape", raw: source, text: source }];
  return { type: "paragraph", raw: source, text: source, tokens };
}
