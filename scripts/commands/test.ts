// npm test: the kit's own tests. The last line says how many passed and failed.

import { spawnSync } from "node:child_process";
import path from "node:path";
import { vitestProgram } from "../authoring/vitest-program.ts";
import { EXIT } from "../command-line/failures.ts";
import { withClearEnds } from "../command-line/output.ts";
import { workbookFolder } from "../compiling/compiled.mjs";

export function run(args: string[]): Promise<number> {
  return withClearEnds(async () => {
    const config = path.join(workbookFolder, "test/kit/vitest.config.ts");
    const argv = [vitestProgram().file, "run", `--config=${config}`, ...args];
    const { status } = spawnSync(process.execPath, argv, { stdio: "inherit", cwd: workbookFolder });
    return status === 0 ? EXIT.fine : EXIT.notPassed;
  });
}
