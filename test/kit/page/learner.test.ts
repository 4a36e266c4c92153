// A learner's whole way through two lessons, in a real browser: read, see what is to do, save a wrong
// answer, see why it fails, step through it, save the right one, compare, start over.

import { chmodSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { misconceptionOf } from "../../../scripts/lessons/answers.ts";
import { allLessons, type Lesson } from "../../../scripts/lessons/catalog.ts";
import { chromiumFile, ServedWorkbook } from "./served-workbook.ts";

describe.skipIf(chromiumFile === null)("the page and a learner", () => {
  const book = new ServedWorkbook();
  // An editor that says what it was asked to open.
  book.environment.LAUNCH_EDITOR = book.copy.path("editor");
  book.copy.write("editor", `#!/bin/sh\necho "$@" > "${book.copy.path("opened.txt")}"\n`);
  chmodSync(book.copy.path("editor"), 0o755);

  for (const [number, wrong, task, hasSchedule] of [
    ["01", "looks-first-takes-later", "01.3", false],
    ["04", "aborted-receiver-takes-it", "04.1", true],
  ] as const) {
    test(`lesson ${number}, from the starter to the pass, and back to the starter`, async () => {
      const lesson = lessonOf(number);
      const [file = ""] = lesson.files;
      const page = await book.page(`/${lesson.slug}/`);
      const verdict = page.locator("#verdict");

      // Read: the text, and that nothing is written yet.
      await page.getByRole("heading", { level: 1 }).waitFor();
      await verdict.getByText(/0 of \d+ tasks pass/).waitFor();
      expect(await page.locator(`[data-task-state="${task}"]`).first().innerText()).toContain("not written yet");

      // Hints, one by one.
      const hints = page.locator(`details.hint[data-task="${task}"]`);
      expect(await hints.nth(1).isVisible()).toBe(false);
      await hints.nth(0).locator("summary").click();
      await hints.nth(1).locator("summary").click();
      await hints.nth(2).waitFor({ state: "visible" });

      // A wrong answer: in words, by its name, with the line and what happened.
      const marked = await markPage(page);
      book.save(lesson.slug, file, wrongAnswer(lesson, wrong));
      await verdict.getByText(believed(lesson, wrong)).first().waitFor();
      expect(await page.locator(`[data-task-state="${task}"]`).first().innerText()).toContain("failed");
      expect(await page.locator("#news").textContent()).toMatch(new RegExp(`^Lesson ${number}: .*${task}`));
      if (hasSchedule) await stepThrough(page);
      else await verdict.locator("svg").first().waitFor();

      // The right one.
      book.save(lesson.slug, file, readFileSync(path.join(lesson.solutionFolder, file), "utf8"));
      await taskIs(page, task, "passed");
      await verdict.getByText(/All \d+ tasks pass/).waitFor();
      expect(await isStillMarked(page, marked)).toBe(true);

      // Compare, then start over. What was there is kept, and the hints that were seen are remembered.
      await page.getByRole("link", { name: "Compare", exact: true }).click();
      await page.getByRole("heading", { level: 1 }).waitFor();
      expect(await page.locator("main").innerText()).toContain(file);
      await page.goBack();
      await page.getByRole("button", { name: /^Reset/ }).click();
      await page.getByRole("button", { name: "Keep my files" }).click();
      expect(book.copy.read("exercises", lesson.slug, file)).not.toContain("Not written yet");
      await page.getByRole("button", { name: /^Reset …/ }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Reset", exact: true }).click();
      await page.getByText(/What you had is in \.workbook\/saved\//).waitFor();
      expect(book.copy.read("exercises", lesson.slug, file)).toContain("Not written yet");
      expect(await page.locator("#kept").isVisible()).toBe(true);
      await verdict.getByText(/0 of \d+ tasks pass/).waitFor();
      await page.reload();
      await hints.nth(2).waitFor({ state: "visible" });
      expect(await page.locator("#kept summary").innerText()).toMatch(/1$/);
    });
  }

  test("code that never yields, floods or does not load is named, and the page lives on", async () => {
    const lesson = lessonOf("01");
    const [file = ""] = lesson.files;
    const page = await book.page(`/${lesson.slug}/`);
    const solution = readFileSync(path.join(lesson.solutionFolder, file), "utf8");
    await page
      .locator("#verdict")
      .getByText(/tasks pass/)
      .waitFor();
    book.save(lesson.slug, file, solution.replace("this.#messages.push(message)", "while (true) {}"));
    await page
      .locator("#verdict")
      .getByText(/endless loop/)
      .first()
      .waitFor();
    book.save(lesson.slug, file, `${solution}\n<script>alert(1)</script>`);
    await page
      .locator("#verdict")
      .getByText(/does not (load|compile)|expected|Unexpected/i)
      .first()
      .waitFor();
    expect(await page.locator("#verdict script").count()).toBe(0);
    book.save(lesson.slug, file, `${solution}\nconsole.log("<b>printed by the learner</b>");`);
    await page.locator("#verdict").getByText("<b>printed by the learner</b>").first().waitFor();
  });

  test.skipIf(process.platform === "win32")("a task opens in the learner's editor, at its line", async () => {
    const lesson = lessonOf("02");
    const [file = ""] = lesson.files;
    const page = await book.page(`/${lesson.slug}/`);
    await page
      .locator("#verdict")
      .getByText(/tasks pass/)
      .first()
      .waitFor();
    await page.locator('[data-open="02.2"]').first().click();
    await page.getByText(`Opened exercises/${lesson.slug}/${file}`).waitFor();
    const line =
      1 +
      book.copy
        .read("exercises", lesson.slug, file)
        .split("\n")
        .findIndex((one) => one.includes("TODO 02.2"));
    expect(book.copy.read("opened.txt")).toBe(`${book.copy.path("exercises", lesson.slug, file)} ${line} 1\n`);
  });

  test("two pages at once see the same verdict, each on its own lesson", async () => {
    const [first, other] = [lessonOf("01"), lessonOf("02")];
    const context = await book.window();
    const [one, two, third] = [await context.newPage(), await context.newPage(), await context.newPage()];
    await Promise.all([one.goto(`/${first.slug}/`), two.goto(`/${first.slug}/`), third.goto(`/${other.slug}/`)]);
    const solution = (lesson: Lesson) => readFileSync(path.join(lesson.solutionFolder, lesson.files[0] ?? ""), "utf8");
    for (const page of [one, two, third])
      await page
        .locator("#verdict")
        .getByText(/tasks? pass/)
        .first()
        .waitFor();
    book.save(first.slug, first.files[0] ?? "", solution(first));
    for (const page of [one, two]) await taskIs(page, "01.1", "passed");
    expect(await third.locator('[data-task-state="02.1"]').first().innerText()).toContain("not written yet");
    const hints = (page: Page) => page.locator('details.hint[data-task="01.2"]');
    await hints(one).nth(0).locator("summary").click();
    await hints(two).nth(1).waitFor({ state: "visible" });
    expect(await hints(third).count()).toBe(0);
    book.save(other.slug, other.files[0] ?? "", solution(other));
    await taskIs(third, "02.1", "passed");
    await third
      .locator("#verdict")
      .getByText(/All \d+ tasks pass/)
      .waitFor();
    await one.goto("/");
    expect(await one.locator("main").innerText()).toMatch(/2 of 6/);

    // What a reset in one page keeps aside, the other shows as well.
    await one.goto(`/${first.slug}/`);
    await one
      .locator("#verdict")
      .getByText(/All \d+ tasks pass/)
      .waitFor();
    const kept = async () => Number(await one.locator("[data-kept-count]").textContent());
    const before = await kept();
    await two.getByRole("button", { name: /^Reset …/ }).click();
    await two.getByRole("dialog").getByRole("button", { name: "Reset", exact: true }).click();
    await one
      .locator("#verdict")
      .getByText(/0 of \d+ tasks pass/)
      .waitFor();
    expect(await kept()).toBe(before + 1);
  });

  test("a page outlives its server, and goes on with the next one", async () => {
    const lesson = lessonOf("01");
    const [file = ""] = lesson.files;
    const page = await book.page(`/${lesson.slug}/`);
    await page
      .locator("#verdict")
      .getByText(/tasks? pass/)
      .first()
      .waitFor();
    const port = Number(new URL(book.url).port);
    await book.stop();
    await page.getByText(/server is not running/).waitFor();
    book.save(lesson.slug, file, wrongAnswer(lesson, "newest-first"));
    await book.start(port);
    await page.locator("#verdict").getByText(believed(lesson, "newest-first")).first().waitFor();
    expect(await page.locator("#trouble").isVisible()).toBe(false);
  });
});

/** Steps back to the first call of the schedule, and reads what is told of it. */
async function stepThrough(page: Page): Promise<void> {
  const player = page.locator("#verdict .task-open .schedule-player").first();
  const slider = player.getByRole("slider");
  const broke = Number(await slider.inputValue());
  await slider.focus();
  await page.keyboard.press("Home");
  expect(Number(await slider.inputValue())).toBeLessThan(broke);
  const first = await player.innerText();
  await player.getByRole("button", { name: /^On/ }).click();
  await page.waitForFunction(
    ([before]) => document.querySelector<HTMLElement>("#verdict .task-open .schedule-player")?.innerText !== before,
    [first],
  );
}

async function taskIs(page: Page, task: string, word: string): Promise<void> {
  await page.waitForFunction(
    ([id, expected]) => document.querySelector(`[data-task-state="${id}"]`)?.textContent?.includes(expected ?? ""),
    [task, word] as const,
  );
}

/** Something that a reload would wipe away. */
async function markPage(page: Page): Promise<string> {
  return await page.evaluate(() => {
    document.documentElement.dataset.mark = String(performance.timeOrigin);
    return document.documentElement.dataset.mark;
  });
}

async function isStillMarked(page: Page, mark: string): Promise<boolean> {
  return (await page.evaluate(() => document.documentElement.dataset.mark)) === mark;
}

function lessonOf(number: string): Lesson {
  const lesson = allLessons().find((one) => one.number === number);
  if (!lesson) throw new Error(`There is no lesson ${number}.`);
  return lesson;
}

/** The misconception in words, as the page shows them: what is code has no marks around it. */
function believed(lesson: Lesson, id: string): string {
  return misconceptionOf(lesson, id)?.misconception.replaceAll("`", "") ?? `no wrong answer ${id}`;
}

function wrongAnswer(lesson: Lesson, id: string): string {
  const answer = misconceptionOf(lesson, id);
  if (!answer) throw new Error(`There is no wrong answer ${id}.`);
  return readFileSync(answer.file, "utf8");
}
