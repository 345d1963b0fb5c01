import { readFileSync } from "node:fs";
import { root } from "./command.ts";

const EXACT = /^(?:npm:@?[\w./-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/;

/** A range lets two machines install two programs, and older npm choose older majors. */
export function versionProblems(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
  const { dependencies, devDependencies, optionalDependencies } = manifest as Manifest;
  return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
    .filter(([, version]) => !EXACT.test(version))
    .map(([name, version]) => `${name} is not pinned: ${version}`)
    .join("\n");
}

type Versions = Record<string, string>;
type Manifest = {
  dependencies?: Versions;
  devDependencies?: Versions;
  optionalDependencies?: Versions;
};
