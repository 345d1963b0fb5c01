/** Which traces are kept, in the words of OTEL_TRACES_SAMPLER. */
export const SAMPLERS = [
  "always_on",
  "always_off",
  "traceidratio",
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
] as const;

/** `ratio` is the part that the ratio samplers keep. */
export type Sampling = { sampler: (typeof SAMPLERS)[number]; ratio: number };
