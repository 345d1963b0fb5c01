import { collectDefaultMetrics, Registry } from "@prometheus-io/client";

let registry: Registry | undefined;

/**
 * Memory, processor, event loop and garbage of this process, under the names that all Node programs
 * use. Watched from the first reading on: a server that nobody asks pays nothing for it.
 */
export function readProcessMetrics(): Promise<string> {
  if (registry === undefined) {
    registry = new Registry();
    collectDefaultMetrics({ register: registry });
  }
  return registry.metrics();
}
