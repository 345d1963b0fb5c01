import type { Lab } from "../lab.ts";

/** A step of the path. It tells what it has seen, or throws an error that says why it fails. */
export type Hop = { name: string; walk(lab: Lab): Promise<string> };

/** Walks the hops in turn and ends at the first that fails; whether all of them were walked. */
export async function walkHops(
  lab: Lab,
  hops: Hop[],
  print: (line: string) => void,
): Promise<boolean> {
  for (const [index, hop] of hops.entries()) {
    const started = performance.now();
    const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
    try {
      print(`✓ ${hop.name}: ${await hop.walk(lab)} (${seconds()})`);
    } catch (error) {
      print(`✗ ${hop.name}: ${error instanceof Error ? error.message : String(error)}`);
      print(`${index} of ${hops.length} hops passed; the others were not tried.`);
      return false;
    }
  }
  print(`All ${hops.length} hops passed.`);
  return true;
}
