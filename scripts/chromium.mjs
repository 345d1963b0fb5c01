// Runs on any Node from 18 on, before the packages are there.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const LINUX = ["chromium", "google-chrome", "google-chrome-stable", "chrome"];
const MAC = ["Google Chrome", "Chromium", "Microsoft Edge"];
const WINDOWS = [
  "Google\\Chrome\\Application\\chrome.exe",
  "Microsoft\\Edge\\Application\\msedge.exe",
];

/**
 * Finds a browser of the Chromium family: `CHROMIUM_PATH`, the machine's own, or the one that
 * playwright-core has downloaded.
 *
 * @returns {string | undefined} the path of the program, undefined when there is none
 */
export function findChromium() {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  for (const path of candidates()) if (existsSync(path)) return path;
  return undefined;
}

function* candidates() {
  if (process.platform === "darwin") {
    for (const name of MAC) yield `/Applications/${name}.app/Contents/MacOS/${name}`;
  } else if (process.platform === "win32") {
    for (const name of ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"]) {
      for (const program of WINDOWS) yield join(process.env[name] ?? "C:\\", program);
    }
  } else {
    for (const name of LINUX) yield `/usr/bin/${name}`;
  }
  yield playwrightsOwn();
  // Last, since Ubuntu ships a script of this name that only asks for a snap.
  if (process.platform === "linux") yield "/usr/bin/chromium-browser";
}

function playwrightsOwn() {
  try {
    return createRequire(import.meta.url)("playwright-core").chromium.executablePath();
  } catch {
    return "";
  }
}
