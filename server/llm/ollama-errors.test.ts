import { expect, test } from "vitest";
import { toPullError } from "./ollama-errors.ts";

test.each([
  ["pull model manifest: file does not exist", "PULL_NOT_FOUND"],
  [
    "pull model manifest: cannot reach registry.ollama.ai: its address was not found (ENOTFOUND)",
    "PULL_UNREACHABLE",
  ],
  [
    'pull model manifest: Get "https://registry.ollama.ai/v2/": dial tcp: lookup registry.ollama.ai: no such host',
    "PULL_UNREACHABLE",
  ],
  ['Get "https://registry.ollama.ai/": net/http: TLS handshake timeout', "PULL_UNREACHABLE"],
  ["digest mismatch, file must be downloaded again", "PULL_FAILED"],
  ["no space left on device", "PULL_FAILED"],
])("a download that ends with %j is %s", (words, reason) => {
  expect(toPullError(new Error(words), "llama3.2:1b").reason).toBe(reason);
});

test("a download that ends because Ollama itself is gone says so", () => {
  const gone = Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
  expect(toPullError(gone, "llama3.2:1b").reason).toBe("MODEL_UNAVAILABLE");
});
