import type { Links, Token } from "marked";
import { keep } from "./keep.ts";
import { lex as lexMarkdown } from "./lex.ts";
import { isFence, openFence } from "./open-fence.ts";
import type { OpenFence } from "./open-fence.ts";

/** The tail is lexed again once it has grown by this part, which keeps all work linear. */
const GROWTH = 1 / 64;

export type StreamLexer = {
  /**
   * The blocks of the whole text so far; those that did not change are the same objects as before.
   * Until it has ended the last few characters may wait; reading the same text again takes them in.
   */
  read(text: string, ended: boolean): Token[];
  /** Whether characters wait to be taken in. */
  behind(): boolean;
};

type State = {
  source: string;
  /** Blocks that no later text can change, and the definitions among them. */
  finished: Token[];
  links: Links;
  tailStart: number;
  tail: Token[];
  fence: OpenFence | undefined;
  lexedTo: number;
  blocks: Token[];
};

/** Lexes text that grows at its end: only what stands behind the last sure boundary, again. */
export function createStreamLexer(lex: typeof lexMarkdown = lexMarkdown): StreamLexer {
  let state = emptyState();
  let endedAt = "";

  function lexTail(): void {
    const { source } = state;
    state.lexedTo = source.length;
    state.tail = keep(state.tail, lex(source.slice(state.tailStart), state.links));
    finishBlocks(state);
    state.blocks = [...state.finished, ...state.tail.filter(isShown)];
  }

  /** Lines of an open fence need no lexing; false when there is none or a line may have closed it. */
  function growFence(): boolean {
    const grown = state.fence?.grow(state.source);
    if (!grown) {
      state.fence = undefined;
      return false;
    }
    state.lexedTo = state.source.length;
    state.blocks = [...state.finished, grown];
    return true;
  }

  /** A definition may stand behind its use, and only then: so the whole is lexed once more. */
  function lexWhole(): void {
    const inOnePass = state.tailStart === 0;
    state.fence = undefined;
    lexTail();
    if (inOnePass || !state.source.includes("]:")) return;
    state.blocks = keep(state.blocks, lex(state.source).filter(isShown));
  }

  return {
    read(text, ended) {
      const source = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
      const waited = source === state.source;
      if (!source.startsWith(state.source)) state = emptyState();
      state.source = source;
      const waiting = source.length - state.lexedTo;
      if (ended) {
        if (waiting > 0 || endedAt !== source) lexWhole();
      } else if (waiting > 0 && !growFence()) {
        if (waited || waiting >= (source.length - state.tailStart) * GROWTH) lexTail();
      }
      endedAt = ended ? source : "";
      return state.blocks;
    },
    behind: () => state.lexedTo < state.source.length,
  };
}

function emptyState(): State {
  return {
    source: "",
    finished: [],
    links: {},
    tailStart: 0,
    tail: [],
    fence: undefined,
    lexedTo: 0,
    blocks: [],
  };
}

/** Moves from the tail what no later text can change. */
function finishBlocks(state: State): void {
  const { source, tail } = state;
  const starts: number[] = [];
  let end = state.tailStart;
  for (const token of tail) {
    starts.push(end);
    end += token.raw.length;
  }
  const sure = end === source.length;
  const count = sure
    ? tail.findLastIndex((_, index) => isBoundary(source, starts, tail, index))
    : 0;
  if (count > 0) {
    const done = tail.slice(0, count);
    for (const token of done) {
      if (token.type === "def") state.links[token.tag] ??= { href: token.href, title: token.title };
    }
    state.finished = state.finished.concat(done.filter(isShown));
    state.tail = tail.slice(count);
    state.tailStart = starts[count] ?? end;
  }
  const only = state.tail.length === 1 ? state.tail[0] : undefined;
  state.fence = sure && only ? openFence(source, state.tailStart, only) : undefined;
}

/** Whether the lexer, whatever comes, will begin a block here and never look back behind it. */
function isBoundary(source: string, starts: number[], tail: Token[], index: number): boolean {
  const [token, before] = [tail[index], tail[index - 1]];
  const [start, startBefore] = [starts[index], starts[index - 1]];
  if (!token || !before || start === undefined || startBefore === undefined) return false;
  if (/\s/.test(source.charAt(start)) || !source.includes("\n", start)) return false;
  return (
    isFence(source, start, token) ||
    isFence(source, startBefore, before) ||
    /\n[ \t]*\n$/.test(source.slice(startBefore, start))
  );
}

function isShown(token: Token): boolean {
  return token.type !== "space" && token.type !== "def";
}
