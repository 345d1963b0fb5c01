import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { brotliCompress, constants, gzip } from "node:zlib";
import { promisify } from "node:util";
import tailwindcss from "@tailwindcss/vite";
import { defineConfig, type Plugin, type Rolldown } from "vite";
import solid from "vite-plugin-solid";

const COMPRESSIBLE = /\.(?:js|css|html|svg|webmanifest)$/;

/** Writes a `.br` and a `.gz` beside each text file of the build. */
function precompress(): Plugin {
  let folder = "";
  return {
    name: "precompress",
    apply: "build",
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir);
    },
    async closeBundle() {
      const names = await readdir(folder, { recursive: true });
      await Promise.all(
        names
          .filter((name) => COMPRESSIBLE.test(name))
          .map(async (name) => {
            const path = join(folder, name);
            const bytes = await readFile(path);
            const params = {
              [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
              [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
            };
            await writeFile(`${path}.br`, await promisify(brotliCompress)(bytes, { params }));
            await writeFile(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 }));
          }),
      );
    },
  };
}

const PROTOBUF_JSON = /@bufbuild\/protobuf\/.*\/(?:from|to)-json\.js$/;

/**
 * Leaves protobuf's JSON mapping out of the page: gRPC-Web carries binary messages only, and the
 * mapping would be a good part of the code on the wire.
 */
function withoutProtobufJson(): Plugin {
  return {
    name: "without-protobuf-json",
    apply: "build",
    transform(code, id) {
      if (!PROTOBUF_JSON.test(id)) return null;
      const names = [...code.matchAll(/^export function (\w+)/gm)].map(([, name]) => name);
      const refuse = "() { throw new Error('the page speaks binary only'); }";
      return {
        code: names.map((name) => `export function ${name}${refuse}`).join("\n"),
        map: null,
      };
    },
  };
}

const MARKED = /\/marked\/lib\/marked\.esm\.js$/;

/**
 * Keeps only the lexer of marked: the page draws its tokens itself, but the instance that marked
 * makes of itself at the end of its file would bring the code that writes HTML too.
 */
function onlyMarkedLexer(): Plugin {
  return {
    name: "only-marked-lexer",
    apply: "build",
    transform(code, id) {
      if (!MARKED.test(id)) return null;
      const instance = /var \w+=new \w+;function \w+\(\w+,\w+\)\{return \w+\.parse\(/.exec(code);
      const lexer = /\w+ as Lexer\b/.exec(code);
      if (!instance || !lexer) throw new Error("marked is not written as it was: look at it again");
      return { code: `${code.slice(0, instance.index)}export { ${lexer[0]} };`, map: null };
    },
  };
}

/** Leaves out what Vite fetches ahead of a lazy screen: here that is nothing, see `build`. */
function withoutPreload(): Plugin {
  return {
    name: "without-preload",
    apply: "build",
    enforce: "pre",
    load: (id) =>
      id === "\0vite/preload-helper.js" ? "export const __vitePreload = (load) => load();" : null,
  };
}

/** What the page begins with imports too, but calls nothing of. */
const PROTOBUF_REFLECTION =
  /@bufbuild\/protobuf\/.*\/(?:reflect\/reflect(?:-check)?|extensions)\.js$/;

/**
 * Keeps all that the page begins with in one file: lazy screens that share parts of it would have
 * it cut into pieces, each fetched only when the one before has been read.
 */
const firstFile = {
  name: (id: string, build: { getModuleInfo(id: string): Rolldown.ModuleInfo | null }) => {
    if (PROTOBUF_REFLECTION.test(id)) return null;
    const importers = new Set([id]);
    for (const one of importers) {
      const info = build.getModuleInfo(one);
      if (info?.isEntry) return "index";
      info?.importers.forEach((importer) => importers.add(importer));
    }
    return null;
  },
};

export default defineConfig({
  root: import.meta.dirname,
  plugins: [
    tailwindcss(),
    solid(),
    withoutProtobufJson(),
    onlyMarkedLexer(),
    withoutPreload(),
    precompress(),
  ],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: ["chrome123", "firefox128", "safari17.5"],
    // The content security policy allows no data: fonts or images of our own.
    assetsInlineLimit: 0,
    // One style sheet and few files: nothing to fetch ahead of a lazy screen.
    modulePreload: false,
    cssCodeSplit: false,
    reportCompressedSize: false,
    rolldownOptions: { output: { codeSplitting: { groups: [firstFile] } } },
  },
  // Code is coloured in a worker that loads each grammar when it is met.
  worker: { format: "es" },
  server: {
    // A call's path is /<package>.<Service>/<Method>; everything else is the page's.
    proxy: { "^/prosa(?:\\.\\w+)+/\\w+$": `http://127.0.0.1:${process.env["PORT"] ?? "8080"}` },
  },
});
