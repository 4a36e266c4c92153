// The page in the machine's own browser: how soon it is painted, and how long a save takes to its verdict.

import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { performance } from "node:perf_hooks";
import type { Page } from "playwright-core";
import { wrongAnswers } from "../lessons/answers.ts";
import { allLessons, type Lesson } from "../lessons/catalog.ts";
import type { Measured } from "./measured.ts";
import { withServedCopy } from "./served-copy.ts";

const FIRST_PAINT = 'performance.getEntriesByName("first-contentful-paint")[0].startTime';

/** Between two saves a person takes a moment, and the next process is ready by then. */
const A_MOMENT_MS = 1_500;

export async function pageTimes(runs: number): Promise<Measured[]> {
  return await withServedCopy(async ({ folder, url, browser }) => {
    const measured: Measured[] = [];
    const [first] = allLessons();
    const painted: Measured = { what: `page ${first?.number}: first paint`, timesMs: [] };
    for (let run = -1; run < runs; run++) {
      const page = await browser.newPage();
      await page.goto(`${url}${first?.slug}/`);
      await page.locator("#verdict .status").first().waitFor();
      if (run >= 0) painted.timesMs.push(await page.evaluate<number>(FIRST_PAINT));
      await page.close();
    }
    measured.push(painted);
    for (const lesson of allLessons()) {
      const page = await browser.newPage();
      await page.goto(`${url}${lesson.slug}/`);
      measured.push(...(await saves(page, lesson, path.join(folder, "exercises", lesson.slug), runs)));
      await page.close();
    }
    return measured;
  });
}

/** Runs in the page, whose types are not known in here. */
function isThere(selector: string): boolean {
  const { document } = globalThis as unknown as { document: { querySelector(selector: string): object | null } };
  return document.querySelector(selector) !== null;
}

/** Saves a wrong answer and the solution in turn. */
async function saves(page: Page, lesson: Lesson, folder: string, runs: number): Promise<Measured[]> {
  const wrong = wrongAnswers(lesson)[0];
  if (!wrong) return [];
  const [task = ""] = (wrong.mustFail[0] ?? "").split(" ");
  const solution = readFileSync(path.join(lesson.solutionFolder, wrong.standsFor));
  const states = [
    {
      what: "a mistake saved, in words",
      text: readFileSync(wrong.file),
      shows: "#first-failure:not([hidden]), #verdict .task.failed",
    },
    { what: "the same, the whole verdict", text: null, shows: "#verdict .task.failed" },
    { what: "the solution saved, its task", text: solution, shows: `[data-task-state="${task}"] .status.passed` },
    { what: "the same, the whole verdict", text: null, shows: "#verdict .sum.passed" },
  ];
  for (const file of lesson.files) copyFileSync(path.join(lesson.solutionFolder, file), path.join(folder, file));
  await page.locator("#verdict .sum.passed").waitFor();
  const measured = states.map(({ what }): Measured => ({ what: `page ${lesson.number}: ${what}`, timesMs: [] }));
  let savedMs = 0;
  for (let run = 0; run < runs; run++) {
    for (const [index, { text, shows }] of states.entries()) {
      if (text) {
        await new Promise((resolve) => setTimeout(resolve, A_MOMENT_MS));
        savedMs = performance.now();
        writeFileSync(path.join(folder, wrong.standsFor), text);
      }
      // Looked for in every frame: a locator looks again only after half a second.
      await page.waitForFunction(isThere, shows);
      measured[index]?.timesMs.push(performance.now() - savedMs);
    }
  }
  return measured;
}
