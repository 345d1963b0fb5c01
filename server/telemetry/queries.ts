import type { Observe } from "#db/observe.ts";
import { SpanKind } from "@opentelemetry/api";
import type { Log } from "../log.ts";
import { inSpan, isTraced, traceId } from "./trace.ts";

/** So much of a statement is shown. */
const SHOWN_LENGTH = 2000;

/**
 * Traces every query, and logs those that take `slowMs` milliseconds or more; 0 logs none. Both have
 * the statement with its placeholders, never the values in their places.
 */
export function observeQueries({ log, slowMs }: { log: Log; slowMs: number }): Observe {
  return async (kind, statement, task) => {
    const start = performance.now();
    try {
      return await (isTraced() ? inSpan(nameOf(kind, statement), told(statement), task) : task());
    } finally {
      const ms = performance.now() - start;
      if (kind === "query" && slowMs > 0 && ms >= slowMs) {
        log.warn(
          { ms: Math.round(ms), traceId: traceId(), statement: shown(statement) },
          "slow query",
        );
      }
    }
  };
}

function nameOf(kind: "query" | "transaction", statement: string): string {
  return kind === "transaction" ? kind : (/^\s*(\w+)/.exec(statement)?.[1] ?? kind).toLowerCase();
}

function told(statement: string) {
  const text = statement === "" ? {} : { "db.query.text": shown(statement) };
  return { kind: SpanKind.CLIENT, attributes: { "db.system.name": "postgresql", ...text } };
}

function shown(statement: string): string {
  return statement.replaceAll(/\s+/g, " ").trim().slice(0, SHOWN_LENGTH);
}
