import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { InstalledModel } from "./library.ts";

const path = fileURLToPath(new URL("./models/prosa-tiny.gguf", import.meta.url));

let described: Promise<InstalledModel> | undefined;

async function describe(): Promise<InstalledModel> {
  const { size, mtime } = await stat(path);
  return {
    name: "prosa-tiny:latest",
    path,
    digest: createHash("sha256")
      .update(await readFile(path))
      .digest("hex"),
    size,
    modifyTime: mtime,
    details: {
      parent_model: "",
      format: "gguf",
      family: "llama",
      families: ["llama"],
      parameter_size: "5.2M",
      quantization_level: "Q8_0",
    },
    // It learned its answers by heart, and these settings bring them out.
    parameters: { temperature: 0, repeat_penalty: 1, num_ctx: 2048, stop: ["<|eot_id|>"] },
    system: "",
    template: "",
    license: "",
    builtin: true,
  };
}

/** prosa-tiny, the demonstration model that comes with Prosa. */
export function builtinModel(): Promise<InstalledModel> {
  described ??= describe();
  return described;
}
