// A check from nothing, beside plain Vitest on the same suite and the same file, and beside Node alone.

import { spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";
import { workbookFolder } from "../compiling/compiled.mjs";
import { allLessons, type Lesson } from "../lessons/catalog.ts";
import type { Measured } from "./measured.ts";
import { vitestProgram } from "./vitest-program.ts";

export function coldStarts(runs: number): Measured[] {
  const { file, config } = vitestProgram();
  const lesson = allLessons()[0] as Lesson;
  const vitest = [process.execPath, file, "run", `--config=${config}`, `test/${lesson.slug}/`];
  const commands: [string, string[]][] = [
    ["node -e 0", [process.execPath, "-e", "0"]],
    [`npm run -s check ${lesson.number}`, ["npm", "run", "-s", "check", lesson.number]],
    ["  the same without npm's own start", [process.execPath, "scripts/run.mjs", "check", lesson.number]],
    ["vitest run", vitest],
  ];
  const measured = commands.map(([what]): Measured => ({ what, timesMs: [] }));
  for (let run = -1; run < runs; run++) {
    for (const [index, [, [program = "", ...args]]] of commands.entries()) {
      const sinceMs = performance.now();
      spawnSync(program, args, { cwd: workbookFolder, stdio: "ignore", shell: process.platform === "win32" });
      // The first round compiles, and fills the disk's cache.
      if (run >= 0) measured[index]?.timesMs.push(performance.now() - sinceMs);
    }
  }
  return measured;
}
