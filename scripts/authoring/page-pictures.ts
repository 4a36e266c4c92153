// The README's pictures of the page: three states, as a browser shows them, on a copy of the workbook.

import { copyFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { misconceptionOf } from "../lessons/answers.ts";
import { allLessons, type Lesson } from "../lessons/catalog.ts";
import { withServedCopy } from "./served-copy.ts";

/** A wrong answer whose failure has a schedule, of a lesson whose lab shows much at one glance. */
const SHOWN = "aborted-receiver-takes-it";

/** @param draw Is given the name of each picture and the bytes of its PNG. */
export async function drawPages(draw: (name: string, picture: Uint8Array) => void): Promise<void> {
  await withServedCopy(async ({ folder, url, browser }) => {
    const viewport = { width: 1440, height: 900 };
    const page = await browser.newPage({ baseURL: url, viewport, colorScheme: "light", reducedMotion: "reduce" });
    const exercises = path.join(folder, "exercises");
    const [first] = allLessons();
    draw("page-lesson", await readingPicture(page, first as Lesson));
    const lesson = allLessons().find((one) => misconceptionOf(one, SHOWN));
    if (!lesson) throw new Error("The answer that the pictures show is gone.");
    draw("page-schedule", await failingPicture(page, lesson, exercises));
    draw("page-lab", await labPicture(page, lesson, exercises));
  });
}

async function readingPicture(page: Page, lesson: Lesson): Promise<Uint8Array> {
  await page.goto(`/${lesson.slug}/`);
  await page.locator("#verdict .status").first().waitFor();
  return await page.screenshot();
}

async function failingPicture(page: Page, lesson: Lesson, exercises: string): Promise<Uint8Array> {
  const wrong = misconceptionOf(lesson, SHOWN);
  await page.goto(`/${lesson.slug}/`);
  if (wrong) copyFileSync(wrong.file, path.join(exercises, lesson.slug, wrong.standsFor));
  const player = page.locator("#verdict .schedule-player").first();
  await player.waitFor();
  await page
    .locator("#verdict .task.failed")
    .first()
    .evaluate((task) => task.scrollIntoView({ block: "start" }));
  return await page.screenshot();
}

async function labPicture(page: Page, lesson: Lesson, exercises: string): Promise<Uint8Array> {
  for (const file of lesson.files) {
    copyFileSync(path.join(lesson.solutionFolder, file), path.join(exercises, lesson.slug, file));
  }
  await page.goto(`/${lesson.slug}/lab/`);
  await page.locator("[data-lab-state=ready]").waitFor();
  return await page.screenshot();
}
