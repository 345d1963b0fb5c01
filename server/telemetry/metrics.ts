import { Registry } from "@prometheus-io/client";
import { createCallMetrics } from "./call-metrics.ts";
import { createDatabaseMetrics } from "./database-metrics.ts";
import { createModelMetrics } from "./model-metrics.ts";
import { readProcessMetrics } from "./process-metrics.ts";
import { createReplyMetrics } from "./reply-metrics.ts";

export type Metrics = ReturnType<typeof createMetrics>;

/**
 * What this server counts. The rest of it speaks of calls, models and replies, in milliseconds, and
 * knows neither Prometheus nor the names under which all this is read.
 */
export function createMetrics() {
  const registry = new Registry();
  return {
    calls: createCallMetrics(registry),
    models: createModelMetrics(registry),
    replies: createReplyMetrics(registry),
    databases: createDatabaseMetrics(registry),
    contentType: registry.contentType,
    /** All of it, and what is known of the process, in Prometheus's text format. */
    read: async (): Promise<string> =>
      (await Promise.all([registry.metrics(), readProcessMetrics()])).join("\n"),
  };
}
