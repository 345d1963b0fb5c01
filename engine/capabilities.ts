import { words } from "./failure.ts";
import type { InstalledModel, Library } from "./library.ts";

export type Capability = "completion" | "embedding";

/** What a model can do, by the same mark in its file that Ollama goes by. */
export function capabilitiesOf(library: Library, model: InstalledModel): Capability[] {
  try {
    const metadata = library.metadata(model);
    const pools = `${String(metadata["general.architecture"])}.pooling_type` in metadata;
    return [pools ? "embedding" : "completion"];
  } catch (error) {
    // A broken file must not hide the other models.
    console.error(`${model.name}: ${words(error)}`);
    return [];
  }
}
