import { Counter, Gauge, Histogram, type Registry } from "@prometheus-io/client";

const DURATIONS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120];

export type CallMetrics = ReturnType<typeof createCallMetrics>;

/** Counts calls; a method is one of the protos', so nobody can make up labels. */
export function createCallMetrics(registry: Registry) {
  const registers = [registry];
  const calls = new Counter({
    name: "prosa_calls_total",
    help: "Calls that have ended, by method and by the code of gRPC that they ended with.",
    labelNames: ["method", "code"],
    registers,
  });
  const durations = new Histogram({
    name: "prosa_call_duration_seconds",
    help: "Time from a call's beginning to its end; a stream lasts as long as it is open.",
    labelNames: ["method"],
    buckets: DURATIONS,
    registers,
  });
  const streams = new Gauge({
    name: "prosa_open_streams",
    help: "Streams that are open at this moment.",
    labelNames: ["method"],
    registers,
  });
  return {
    ended(method: string, code: string, ms: number) {
      calls.inc({ method, code });
      durations.observe({ method }, ms / 1000);
    },
    /** A stream has been opened; the signal aborts at its end, however it ends. */
    opened(method: string, signal: AbortSignal) {
      if (signal.aborted) return;
      streams.inc({ method });
      signal.addEventListener("abort", () => streams.dec({ method }), { once: true });
    },
  };
}
