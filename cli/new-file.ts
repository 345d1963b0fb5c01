import { randomUUID } from "node:crypto";
import { open, rename, rm, stat } from "node:fs/promises";
import { Failure, misuse } from "./failure.ts";

/** A file that takes its name only when it is whole. Its owner alone can read it. */
export async function createNewFile(path: string) {
  const draft = `${path}.${randomUUID()}.part`;
  const explain = (error: unknown): never => {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "its folder does not exist." : message;
    throw new Failure(`${path} cannot be written: ${why}`);
  };
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory()) throw misuse(`${path} is a folder.`);
  const file = await open(draft, "wx", 0o600).catch(explain);
  return {
    write: (text: string): Promise<void> => file.writeFile(text).catch(explain),
    async finish(): Promise<void> {
      try {
        await file.sync();
        await file.close();
        await rename(draft, path);
      } catch (error) {
        explain(error);
      }
    },
    async discard(): Promise<void> {
      await file.close().catch(() => undefined);
      await rm(draft, { force: true });
    },
  };
}
