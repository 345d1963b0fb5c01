import { Counter, type Registry } from "@prometheus-io/client";

export type ReplyMetrics = ReturnType<typeof createReplyMetrics>;

export function createReplyMetrics(registry: Registry) {
  const replies = new Counter({
    name: "prosa_replies_total",
    help: "Replies that have ended, by their status; deleted and lost ones are not stored.",
    labelNames: ["status"],
    registers: [registry],
  });
  return { ended: (status: string) => replies.inc({ status }) };
}
