import { succeed } from "./command.ts";
import { inLab, startHolder, stopHolder, within } from "./holder.ts";
import type { Lab } from "./lab.ts";
import { bridgeLines, clientLines } from "./network.ts";

/** Namespaces of the laboratory's own, with the bridges, the client, and what `lines` make besides. */
export async function beginOwnGround(lines: string[]): Promise<void> {
  await startHolder();
  const all = [...bridgeLines(), ...clientLines(), ...lines];
  await succeed([...within(), "sh", "-e"], { input: all.join("\n") });
}

export const ownGround: Pick<Lab, "client" | "exists" | "end"> = {
  client: () => within("lan1"),
  exists: () => Promise.resolve(inLab()),
  end: stopHolder,
};
