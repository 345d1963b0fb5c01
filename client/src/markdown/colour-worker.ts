import { colour } from "./colour.ts";
import type { Run } from "./colour.ts";

export type ColourRequest = { id: number; code: string; language: string };
export type ColourAnswer = { id: number; runs: Run[] | undefined };

// Grammars of hundreds of regular expressions take longer than a frame, so they run beside the page.
addEventListener("message", ({ data }: MessageEvent<ColourRequest>) => {
  const answer = (runs?: Run[]) => postMessage({ id: data.id, runs } satisfies ColourAnswer);
  colour(data.code, data.language).then(answer, () => answer());
});
