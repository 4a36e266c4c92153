// A copy of the workbook, served to the machine's own browser: for pictures and for measuring.

import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Browser } from "playwright-core";
import { UsageError } from "../command-line/failures.ts";
import { findChromium, HOW_TO_HAVE_CHROMIUM } from "./chromium.ts";
import { copyWorkbook } from "./workbook-copy.ts";
import { WorkbookProcess } from "./workbook-process.ts";

/** Chromium cannot shut root in, and containers often have nothing but root. */
export const CHROMIUM_ARGUMENTS: string[] = process.getuid?.() === 0 ? ["--no-sandbox"] : [];

export interface ServedCopy {
  /** The copy's folder. */
  folder: string;
  /** "http://127.0.0.1:4321/" */
  url: string;
  browser: Browser;
}

/** @throws {UsageError} Where there is no browser. */
export async function withServedCopy<T>(use: (copy: ServedCopy) => Promise<T>): Promise<T> {
  // Large, and every command that could need it would load it.
  const { chromium } = await import("playwright-core");
  const executablePath = findChromium();
  if (!executablePath) throw new UsageError(`This needs a browser. ${HOW_TO_HAVE_CHROMIUM}`);
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "queue-workbook-served-")));
  copyWorkbook(folder);
  const server = new WorkbookProcess(["start", "--no-open"], { PORT: "0" }, folder);
  try {
    await server.prints(/http:\S+\//);
    const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGUMENTS });
    try {
      return await use({ folder, url: /http:\S+\//.exec(server.printed)?.[0] ?? "", browser });
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
