/** Splits off the end of `text` that could still become one of `stops`. */
function holdBack(text: string, stops: string[]): number {
  let held = 0;
  for (const stop of stops) {
    for (let length = Math.min(stop.length - 1, text.length); length > held; length--) {
      if (stop.startsWith(text.slice(-length))) held = length;
    }
  }
  return held;
}

/**
 * Turns the bytes of tokens into text that can go out at once: whole characters only, and nothing
 * of a stop string. After `push` has answered `stopped: true` there is no more text.
 */
export function createTextPieces(stops: string[]) {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let pending = "";

  function take(last: boolean): { text: string; stopped: boolean } {
    let cut = -1;
    for (const stop of stops) {
      const at = pending.indexOf(stop);
      if (at !== -1 && (cut === -1 || at < cut)) cut = at;
    }
    if (cut !== -1) return { text: pending.slice(0, cut), stopped: true };
    const end = pending.length - (last ? 0 : holdBack(pending, stops));
    const text = pending.slice(0, end);
    pending = pending.slice(end);
    return { text, stopped: false };
  }

  return {
    push(bytes: Uint8Array) {
      pending += decoder.decode(bytes, { stream: true });
      return take(false);
    },
    end() {
      pending += decoder.decode();
      return take(true);
    },
  };
}
