/** The languages of the interface. */
export const LOCALES = ["en", "pt-BR"] as const;
export type Locale = (typeof LOCALES)[number];

const BYTE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** Numbers, sizes and dates as one language writes them. */
export type Formats = {
  number: (value: number, fractionDigits?: number) => string;
  /** `ratio` 0.31 becomes `31%`. */
  percent: (ratio: number) => string;
  /** Decimal units: 1,300,000,000 becomes `1.3 GB`. */
  bytes: (count: number) => string;
  seconds: (count: number, fractionDigits?: number) => string;
  date: (time: Date) => string;
  dateTime: (time: Date) => string;
};

/** The formats of one language; asking for the same one again is cheap. */
export function formatsOf(locale: Locale): Formats {
  let formats = made.get(locale);
  if (!formats) made.set(locale, (formats = makeFormats(locale)));
  return formats;
}

const made = new Map<Locale, Formats>();

function makeFormats(locale: Locale): Formats {
  const numbers = new Map<string, Intl.NumberFormat>();
  const write = (value: number, options: Intl.NumberFormatOptions) => {
    const key = JSON.stringify(options);
    let format = numbers.get(key);
    if (!format) numbers.set(key, (format = new Intl.NumberFormat(locale, options)));
    return format.format(value);
  };
  const date = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  return {
    number: (value, fractionDigits = 0) => write(value, { maximumFractionDigits: fractionDigits }),
    percent: (ratio) => write(ratio, { style: "percent" }),
    bytes: (count) => {
      const power = count < 1000 ? 0 : Math.min(Math.floor(Math.log10(count) / 3), 4);
      const maximumFractionDigits = power >= 3 ? 1 : 0;
      return write(count / 1000 ** power, {
        style: "unit",
        unit: BYTE_UNITS[power] ?? "byte",
        maximumFractionDigits,
      });
    },
    seconds: (count, fractionDigits = 0) =>
      write(count, { style: "unit", unit: "second", maximumFractionDigits: fractionDigits }),
    date: (time) => date.format(time),
    dateTime: (time) => dateTime.format(time),
  };
}
