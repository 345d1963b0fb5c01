import { context, diag, DiagLogLevel, propagation, trace } from "@opentelemetry/api";
import { setTimeout as sleep } from "node:timers/promises";
import { TRACES_FLUSH_LIMIT } from "../limits.ts";
import type { Log } from "../log.ts";
import type { Sampling } from "./sampling.ts";

export type Tracing = { close(): Promise<void> };

/**
 * Sends traces to the collector that the OTEL_EXPORTER_OTLP_… variables of the environment tell.
 * What does this is loaded here, so that a server without traces never loads it.
 */
export async function startTracing(log: Log, sampling: Sampling): Promise<Tracing> {
  const [sdk, { OTLPTraceExporter }, { AsyncLocalStorageContextManager }, core, resources] =
    await Promise.all([
      import("@opentelemetry/sdk-trace"),
      import("@opentelemetry/exporter-trace-otlp-proto"),
      import("@opentelemetry/context-async-hooks"),
      import("@opentelemetry/core"),
      import("@opentelemetry/resources"),
    ]);
  const told = resources.detectResources({
    detectors: [resources.resourceAttributesEnvDetector, resources.serviceNameEnvDetector],
  });
  const provider = new sdk.TracerProvider({
    resource: resources
      .defaultResource()
      .merge(resources.resourceFromAttributes({ "service.name": "prosa" }))
      .merge(told),
    sampler: samplerOf(sdk, sampling),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  // What could not be sent is told, for nobody would look for it otherwise.
  const warn = (line: string) => log.warn({ line }, "traces");
  diag.setLogger({ error: warn, warn, info() {}, debug() {}, verbose() {} }, DiagLogLevel.WARN);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new core.W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return {
    /** Sends what is left; a collector that is away does not hold up the end. */
    async close() {
      const sent = provider.shutdown().then(() => true);
      const late = sleep(TRACES_FLUSH_LIMIT, false, { ref: false });
      const done = await Promise.race([sent, late]).catch(() => false);
      if (!done) log.warn("the last traces could not be sent");
      for (const api of [trace, context, propagation, diag]) api.disable();
    },
  };
}

type Sdk = typeof import("@opentelemetry/sdk-trace");

function samplerOf(sdk: Sdk, { sampler, ratio }: Sampling) {
  const root = {
    always_on: () => new sdk.AlwaysOnSampler(),
    always_off: () => new sdk.AlwaysOffSampler(),
    traceidratio: () => new sdk.TraceIdRatioBasedSampler(ratio),
  }[sampler.replace("parentbased_", "") as "always_on" | "always_off" | "traceidratio"]();
  return sampler.startsWith("parentbased_") ? new sdk.ParentBasedSampler({ root }) : root;
}
