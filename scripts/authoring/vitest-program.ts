// Vitest itself, which learners need only for `npm run ui`.

import { existsSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../command-line/failures.ts";
import { workbookFolder } from "../compiling/compiled.mjs";

/** @throws {UsageError} Where it was left out of the installation. */
export function vitestProgram(): { file: string; config: string } {
  const file = path.join(workbookFolder, "node_modules/vitest/vitest.mjs");
  if (!existsSync(file))
    throw new UsageError("Vitest is not installed: this was installed with --omit=dev. Run `npm ci`, then this again.");
  return { file, config: path.join(workbookFolder, "test/vitest.config.ts") };
}
