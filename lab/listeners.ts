/** The addresses on which something listens at the port, in the words of `ss -Hltn`. */
export function listeners(words: string, port: number): string[] {
  return words
    .split("\n")
    .map((line) => line.trim().split(/\s+/)[3] ?? "")
    .filter((place) => place.endsWith(`:${port}`))
    .map((place) => place.slice(0, -`:${port}`.length).replace(/^\[|\]$|%.*$/g, ""));
}

export const isLoopback = (address: string): boolean =>
  address.startsWith("127.") || address === "::1";
