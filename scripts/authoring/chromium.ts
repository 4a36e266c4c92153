// The machine's own Chromium, for the tests of the page and for its pictures: nothing is downloaded.

import { existsSync } from "node:fs";
import path from "node:path";

/** How to have one, where there is none. */
export const HOW_TO_HAVE_CHROMIUM =
  "Install Chromium or Chrome (Debian and Ubuntu: apt-get install chromium), or name one: CHROMIUM=/path/to/chrome";

/** The shell first: it has no windows, and takes half the time. */
const NAMES = [
  "chromium-headless-shell",
  "chrome-headless-shell",
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
];

const PLACES: Partial<Record<NodeJS.Platform, string[]>> = {
  darwin: [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
  ],
  win32: [process.env.PROGRAMFILES, process.env["PROGRAMFILES(X86)"], process.env.LOCALAPPDATA].flatMap((folder) =>
    folder ? [path.join(folder, "Google/Chrome/Application/chrome.exe")] : [],
  ),
};

/** The full path of the first that is found; null where there is none. `CHROMIUM` goes before all. */
export function findChromium(): string | null {
  const named = process.env.CHROMIUM;
  if (named) return existsSync(named) ? named : null;
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  const onPath = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  return [...onPath, ...(PLACES[process.platform] ?? [])].find((file) => existsSync(file)) ?? null;
}
