import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Ollama } from "./service.ts";

/** The Ollama that the user wants on VM3, named by LAB_OLLAMA; its models by LAB_OLLAMA_MODELS. */
export function givenOllama(): Ollama | undefined {
  const program = process.env.LAB_OLLAMA;
  if (program === undefined || program === "") return undefined;
  const models = process.env.LAB_OLLAMA_MODELS ?? join(homedir(), ".ollama", "models");
  for (const path of [program, models]) {
    if (!existsSync(path)) throw new Error(`There is no ${path}: see LAB_OLLAMA in docs/lab.md.`);
  }
  return { program: resolve(program), models: resolve(models) };
}
