import type { Ended } from "../command.ts";

/** What a line of shell has printed that had to succeed; its own words when it has not. */
export async function outputOf(ended: Promise<Ended>): Promise<string> {
  const { code, output, errors } = await ended;
  if (code !== 0) throw new Error(errors.trim() || `it ended with code ${code}`);
  return output.trim();
}
