import { readFileSync } from "node:fs";
import { root } from "./command.ts";

const EXACT = /^(?:npm:@?[\w./-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/;

/** A range lets two machines install two programs, and older npm choose older majors. */
export function versionProblems(): string {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
    read("package.json"),
  ) as Manifest;
  const ranges = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
    .filter(([, version]) => !EXACT.test(version))
    .map(([name, version]) => `${name} is not pinned: ${version}`);
  return [...ranges, ...otherNodes(devDependencies?.["node"] ?? "")].join("\n");
}

/** Images that the Dockerfile builds on and that have another Node than everybody else. */
function otherNodes(node: string): string[] {
  return [...read("Dockerfile").matchAll(/^FROM (node:\S+)/gm)]
    .filter(([, image]) => !image!.startsWith(`node:${node}-`))
    .map(([, image]) => `The Dockerfile builds on ${image}, and package.json says ${node}`);
}

const read = (path: string) => readFileSync(new URL(path, root), "utf8");

type Versions = Record<string, string>;
type Manifest = {
  dependencies?: Versions;
  devDependencies?: Versions;
  optionalDependencies?: Versions;
};
