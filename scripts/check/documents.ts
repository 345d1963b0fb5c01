import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { root, run } from "./command.ts";

const DOCUMENTS = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "bench/README.md"];
const GUIDE = /^docs\/[^/]+\.md$/;
const LINK = /\]\((?!https?:|mailto:|#)([^)#\s]+)/g;
const CODE = /`([^`\n]+)`/g;
const PATH = /^[\w.@-]+(?:\/[\w.@-]+)*\/?$/;
const FILE_NAME = /^[\w.-]+\.(?:ts|tsx|mjs|json|md|yaml|proto|css|sql)$/;
const NPM_RUN = /npm run ([\w:-]+)/g;

/** Files, folders and npm scripts that a document names and that are not there. */
export function documentProblems(): string {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard").stdout.split(
    "\n",
  );
  const names = new Set(listed.map((path) => basename(path)));
  const folders = new Set(listed.map((path) => path.split("/", 1)[0]));
  const missing = (span: string) => {
    if (!PATH.test(span)) return false;
    if (!span.includes("/")) return FILE_NAME.test(span) && !names.has(span);
    return folders.has(span.split("/", 1)[0]) && !exists(span);
  };
  return [...DOCUMENTS, ...listed.filter((path) => GUIDE.test(path))]
    .flatMap((document) => {
      if (!exists(document)) return `${document} is missing`;
      const text = read(document);
      return [
        ...matches(text, LINK).filter((path) => !exists(path, new URL(document, root))),
        ...matches(text, CODE).filter(missing),
        ...matches(text, NPM_RUN).filter((script) => !(script in scripts)),
      ].map((name) => `${document} names ${name}, which does not exist`);
    })
    .join("\n");
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].flatMap((match) => match[1] ?? []);
}

/** A link is followed from the document that it stands in, any other path from the root. */
function exists(path: string, from = root): boolean {
  return existsSync(new URL(path, from));
}

function read(path: string): string {
  return readFileSync(new URL(path, root), "utf8");
}
