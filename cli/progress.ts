const UNITS = ["B", "kB", "MB", "GB", "TB"];

export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** `label  [####----]  42%  1.2 GB of 2.0 GB`, as long as there are columns for it. */
export function progressBar(label: string, done: number, total: number, columns: number): string {
  if (total <= 0) return `${label}  ${formatBytes(done)}`.slice(0, columns - 1);
  const share = Math.min(1, Math.max(0, done / total));
  const figures = `${percentage(share)}  ${formatBytes(done)} of ${formatBytes(total)}`;
  const room = columns - 1 - label.length - figures.length - 6;
  if (room < 8) return `${label}  ${figures}`.slice(0, columns - 1);
  const width = Math.min(room, 40);
  const full = Math.floor(share * width);
  return `${label}  [${"#".repeat(full)}${"-".repeat(width - full)}]  ${figures}`;
}

/** Never 100 before it is all there. */
export function percentage(share: number): string {
  return `${Math.floor(share * 100)}%`.padStart(4);
}
