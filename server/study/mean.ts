/** More numbers than are ever added up, as a power of two: dividing by it loses no digits. */
const SCALE = 2 ** 20;

/** The mean of finite numbers, as exact as a plain sum, also where that sum would overflow. */
export function createMean() {
  let count = 0;
  let sum = 0;
  let scaledSum = 0;
  return {
    add(value: number) {
      count += 1;
      sum += value;
      scaledSum += value / SCALE;
    },
    /** Undefined when there was no number. */
    value(): number | undefined {
      if (count === 0) return undefined;
      if (Number.isFinite(sum)) return sum / count;
      const mean = (scaledSum / count) * SCALE;
      return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, mean));
    },
  };
}
