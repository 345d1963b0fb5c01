const MAX_CHARACTERS = 50_000;
const MAX_LINES = 2_000;

/**
 * Colours code when the browser is idle and hands over the finished nodes; code that is very long,
 * or in a language that is not known, stays as it is. Returns what stops it.
 */
export function highlight(
  code: string,
  language: string,
  show: (coloured: DocumentFragment) => void,
): () => void {
  const stop = new AbortController();
  if (language && code && code.length <= MAX_CHARACTERS && countLines(code) <= MAX_LINES) {
    void load(code, language.toLowerCase(), stop.signal).then((coloured) => {
      if (coloured && !stop.signal.aborted) show(coloured);
    });
  }
  return () => stop.abort();
}

async function load(code: string, language: string, signal: AbortSignal) {
  try {
    const { colour } = await import("./colour.ts");
    return await colour(code, language, signal);
  } catch {
    // Without its part of the program (an update, no network) code stays readable.
    return undefined;
  }
}

function countLines(code: string): number {
  let lines = 1;
  for (let at = code.indexOf("\n"); at >= 0; at = code.indexOf("\n", at + 1)) lines += 1;
  return lines;
}
