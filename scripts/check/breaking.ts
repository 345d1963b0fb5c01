import { problemsOf, run } from "./command.ts";

/** Compares with the last release; before the first one with the first contract that was laid down. */
export function breakingProblems(): string {
  const git = run("git", "rev-parse", "--git-common-dir");
  const base = lastRelease() || firstContract();
  if (!git.ok || !base) {
    console.log("  (there is no earlier contract to compare with)");
    return "";
  }
  return problemsOf("buf", "breaking", "--against", `${git.stdout.trim()}#ref=${base}`);
}

function lastRelease(): string {
  const tag = run("git", "describe", "--tags", "--abbrev=0", "--match", "v*");
  return tag.ok ? tag.stdout.trim() : "";
}

function firstContract(): string {
  const args = ["log", "--reverse", "--diff-filter=A", "--format=%H", "--", "proto/prosa"];
  return run("git", ...args).stdout.split("\n")[0] ?? "";
}
