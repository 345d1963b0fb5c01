const browsers: [RegExp, string][] = [
  [/Edg(?:A|iOS)?\//, "Edge"],
  [/OPR\//, "Opera"],
  [/SamsungBrowser\//, "Samsung Internet"],
  [/Firefox\/|FxiOS\//, "Firefox"],
  [/Chrom(?:e|ium)\/|CriOS\//, "Chrome"],
  [/Safari\//, "Safari"],
];

const systems: [RegExp, string][] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/CrOS/, "ChromeOS"],
  [/Windows/, "Windows"],
  [/Mac OS X|Macintosh/, "macOS"],
  [/Linux|X11/, "Linux"],
];

const find = (known: [RegExp, string][], text: string) =>
  known.find(([pattern]) => pattern.test(text))?.[1];

/**
 * What a person calls the thing that sent this `user-agent`: browser and system, where they are
 * known; of a program its own name, for example `curl`; undefined when it said nothing.
 */
export function deviceName(
  userAgent: string,
): { browser: string; system: string } | { program: string } | undefined {
  const browser = find(browsers, userAgent);
  const system = find(systems, userAgent);
  if (browser && system) return { browser, system };
  const program = browser ?? system ?? /^[\w.-]{1,40}/.exec(userAgent)?.[0];
  return program ? { program } : undefined;
}
