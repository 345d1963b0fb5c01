import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createMetrics } from "./metrics.ts";

type Panel = { title: string; targets: { expr: string }[] };
const file = new URL("../../deploy/observe/grafana/dashboard.json", import.meta.url);
const { panels } = JSON.parse(readFileSync(file, "utf8")) as { panels: Panel[] };

/** The names in a query that are no functions of PromQL: the metrics, and the labels after `by`. */
function metricsIn(query: string): string[] {
  const words = query.replaceAll(/\$\w+|by \([^)]*\)/g, "").match(/[a-z]\w*_\w+/g) ?? [];
  return words.filter((word) => word !== "histogram_quantile");
}

/** The series of each kind of metric, as Prometheus stores them. */
function seriesOf(text: string): Set<string> {
  const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  return new Set(
    types.flatMap(([, name, type]) =>
      type === "histogram" ? ["bucket", "sum", "count"].map((part) => `${name}_${part}`) : name!,
    ),
  );
}

test("every query of the dashboard asks for a metric that exists", async () => {
  const known = seriesOf(await createMetrics().read());
  expect(panels.length).toBeGreaterThan(10);
  for (const { title, targets } of panels) {
    for (const { expr } of targets) {
      const names = metricsIn(expr);
      expect(names.length, `${title}: ${expr}`).toBeGreaterThan(0);
      expect(
        names.filter((name) => !known.has(name)),
        title,
      ).toEqual([]);
    }
  }
});

test("the dashboard shows all that Prosa itself counts", async () => {
  const text = await createMetrics().read();
  const shown = panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => metricsIn(expr)));
  const ours = [...text.matchAll(/^# TYPE (prosa_\S+) /gm)].map(([, name]) => name!);
  const missing = ours.filter((name) => !shown.some((it) => it.startsWith(name)));
  expect(missing).toEqual([]);
});
