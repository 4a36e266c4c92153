// A copy of the workbook for tests that write: a fresh checkout, with the packages of this one.

import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll } from "vitest";
import { copyWorkbook } from "../../scripts/authoring/workbook-copy.ts";
import { cleanEnvironment } from "../../scripts/authoring/workbook-process.ts";

export class WorkbookCopy {
  readonly folder: string = realpathSync(mkdtempSync(path.join(os.tmpdir(), "queue-workbook-copy-")));

  constructor() {
    copyWorkbook(this.folder);
    afterAll(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  path(...parts: string[]): string {
    return path.join(this.folder, ...parts);
  }

  read(...parts: string[]): string {
    return readFileSync(this.path(...parts), "utf8");
  }

  write(file: string, text: string | Uint8Array): void {
    mkdirSync(path.dirname(this.path(file)), { recursive: true });
    writeFileSync(this.path(file), text);
  }

  has(...parts: string[]): boolean {
    return existsSync(this.path(...parts));
  }

  /** Runs a command as `npm run` does, without npm's own start. */
  run(command: string, args: string[] = [], env: Record<string, string> = {}): SpawnSyncReturns<string> {
    return spawnSync(process.execPath, [this.path("scripts/run.mjs"), command, ...args], {
      cwd: this.folder,
      encoding: "utf8",
      env: { ...cleanEnvironment(), ...env },
      timeout: 60_000,
    });
  }
}
