// `npm run watch`, from the save of a file to the verdict on the screen.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { allLessons, type Lesson } from "../lessons/catalog.ts";
import type { Measured } from "./measured.ts";
import { copyWorkbook } from "./workbook-copy.ts";

export async function saveToVerdict(runs: number): Promise<Measured[]> {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "queue-workbook-bench-")));
  try {
    copyWorkbook(folder);
    const measured: Measured[] = [];
    for (const lesson of allLessons()) measured.push(...(await watchOne(folder, lesson, runs)));
    return measured;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Saves the starter and the solution in turn: their verdicts differ, so that each is known when it comes. */
async function watchOne(folder: string, lesson: Lesson, runs: number): Promise<Measured[]> {
  const program = path.join(folder, "scripts/run.mjs");
  const child = spawn(process.execPath, [program, "watch", lesson.number], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let screens = "";
  let wake = () => {};
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    screens += text;
    wake();
  });
  const shown = async (verdict: RegExp) => {
    while (!verdict.test(screens))
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    screens = "";
  };
  const todo: Measured = { what: `watch ${lesson.number}: the starter saved`, timesMs: [] };
  const passed: Measured = { what: `watch ${lesson.number}: the solution saved`, timesMs: [] };
  const states = [
    { measured: passed, from: lesson.solutionFolder, verdict: /: all \d+ tasks pass\n[\s\S]*watching your file/ },
    { measured: todo, from: lesson.starterFolder, verdict: /: 0 of \d+ tasks pass\n[\s\S]*watching your file/ },
  ];
  await shown(/: 0 of \d+ tasks pass\n[\s\S]*watching your file/);
  for (let run = -1; run < runs; run++) {
    for (const { measured, from, verdict } of states) {
      const texts = lesson.files.map((file) => [file, readFileSync(path.join(from, file))] as const);
      // A person takes a moment between two saves, and the next process is ready by then.
      await new Promise((resolve) => setTimeout(resolve, 700));
      screens = "";
      const sinceMs = performance.now();
      for (const [file, text] of texts) writeFileSync(path.join(folder, "exercises", lesson.slug, file), text);
      await shown(verdict);
      if (run >= 0) measured.timesMs.push(performance.now() - sinceMs);
    }
  }
  child.kill();
  return [passed, todo];
}
