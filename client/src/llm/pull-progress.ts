import { PullPhase } from "#proto/prosa/llm/v1/model_pb.ts";
import type { Pull } from "#proto/prosa/llm/v1/model_pb.ts";

/** A download as the page shows it; sizes in bytes, `failure` is what ended it. */
export type PullProgress = {
  model: string;
  phase: PullPhase;
  completedBytes: number;
  totalBytes: number;
  /** 0 until it can be told. */
  bytesPerSecond: number;
  failure: unknown;
};

// Shorter spans make the speed jump, and the newest span counts this much of it.
const SPAN_MS = 500;
const NEWEST_WEIGHT = 0.3;

/** The progress before the server has said anything. */
export function newPull(model: string): PullProgress {
  return {
    model,
    phase: PullPhase.RESOLVING,
    completedBytes: 0,
    totalBytes: 0,
    bytesPerSecond: 0,
    failure: undefined,
  };
}

/** What a message of the server says, as progress; without a speed. */
export function progressOf(pull: Pull): PullProgress {
  return {
    ...newPull(pull.model),
    phase: pull.phase,
    completedBytes: Number(pull.completedBytes),
    totalBytes: Number(pull.totalBytes),
  };
}

/** Measures how fast bytes arrive: give it each count and the time in milliseconds. */
export function createSpeedometer(): (completedBytes: number, now: number) => number {
  let since: { bytes: number; at: number } | undefined;
  let speed = 0;
  return (bytes, now) => {
    if (!since || bytes < since.bytes) since = { bytes, at: now };
    const span = now - since.at;
    if (span < SPAN_MS) return speed;
    const newest = ((bytes - since.bytes) * 1000) / span;
    speed = speed === 0 ? newest : speed + (newest - speed) * NEWEST_WEIGHT;
    since = { bytes, at: now };
    return speed;
  };
}
