import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { project } from "./folder.ts";

// Prosa as its container has it (see the Dockerfile), taken from this folder.

const PARTS = [
  "package.json",
  "LICENSE",
  "client/dist",
  "db",
  "engine",
  "lab",
  "proto/gen",
  "server",
];
/** What only development needs. */
const LEFT_OUT = /\.(test|ci)\.ts$|\/testing$|\/engine\/models\/src$|\/lab\/lan1$/;

type Locked = { dev?: boolean; devOptional?: boolean };

/** Copies the program and the packages that it runs on into `target`. */
export function copyProduction(target: string): void {
  if (!existsSync(join(project, "client/dist/index.html")))
    throw new Error("The page is not built yet: node scripts/setup.mjs --start");
  for (const part of PARTS) copy(part, target);
  for (const path of productionPackages()) copy(path, target);
}

/** The installed packages without those that are for development alone. */
export function productionPackages(): string[] {
  const text = readFileSync(join(project, "node_modules/.package-lock.json"), "utf8");
  const { packages } = JSON.parse(text) as { packages: Record<string, Locked> };
  return Object.entries(packages)
    .filter(([, { dev, devOptional }]) => !dev && !devOptional)
    .map(([path]) => path)
    .filter((path) => existsSync(join(project, path)));
}

function copy(path: string, target: string): void {
  const from = join(project, path);
  // A package's own packages stand in the list by themselves.
  const own = path.startsWith("node_modules/");
  const filter = (source: string) =>
    own ? !source.slice(from.length).includes("/node_modules") : !LEFT_OUT.test(source);
  mkdirSync(dirname(join(target, path)), { recursive: true });
  cpSync(from, join(target, path), { recursive: true, verbatimSymlinks: true, filter });
}
