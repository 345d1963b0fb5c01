export type ReadMetrics = {
  text: string;
  families: { name: string; type: string; help: string }[];
  /** The value of a series; undefined when there is none with exactly these labels. */
  value(name: string, labels: Record<string, string>): number | undefined;
};

/** What a server tells at /metrics. */
export async function readMetrics(url: string, headers = {}): Promise<ReadMetrics> {
  const response = await fetch(new URL("/metrics", url), { headers });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status}: ${text}`);
  const helps = new Map(pairs(text, /^# HELP (\S+) (.*)$/gm));
  const values = new Map(
    pairs(text, /^(\w+(?:\{.*\})?) (\S+)$/gm).map(([key, it]) => [sorted(key), it]),
  );
  return {
    text,
    families: pairs(text, /^# TYPE (\S+) (\S+)$/gm).map(([name, type]) => ({
      name,
      type,
      help: helps.get(name) ?? "",
    })),
    value(name, labels) {
      const inside = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
      const found = values.get(sorted(inside.length === 0 ? name : `${name}{${inside.join()}}`));
      return found === undefined ? undefined : Number(found);
    },
  };
}

function pairs(text: string, pattern: RegExp): [string, string][] {
  return [...text.matchAll(pattern)].map(([, first, second]) => [first!, second!]);
}

/** The same series, with its labels in the order of their names. */
function sorted(series: string): string {
  return series.replace(
    /\{(.*)\}$/,
    (_, labels: string) => `{${labels.split(",").toSorted().join()}}`,
  );
}
