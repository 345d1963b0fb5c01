import { colour } from "./colour.ts";
import type { Run } from "./colour.ts";

export type ColourRequest = { id: number; code: string; language: string };
export type ColourAnswer = { id: number; runs: Run[] | undefined };

// Grammars of hundreds of regular expressions take longer than a frame, so they run beside the page.
addEventListener("message", async ({ data }: MessageEvent<ColourRequest>) => {
  const runs = await colour(data.code, data.language).catch(() => undefined);
  const answer: ColourAnswer = { id: data.id, runs };
  postMessage(answer);
});
