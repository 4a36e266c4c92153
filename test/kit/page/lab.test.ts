// The lab in a real browser, on the learner's own code: not written yet, wrong, endless, broken, right.

import { readFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { wrongAnswers } from "../../../scripts/lessons/answers.ts";
import { allLessons, type Lesson } from "../../../scripts/lessons/catalog.ts";
import { chromiumFile, ServedWorkbook } from "./served-workbook.ts";

const FILE_OF_04 = "visibility-queue.ts";

describe.skipIf(chromiumFile === null)("the lab", () => {
  const book = new ServedWorkbook();
  const lesson = lessonOf("04");
  const solution = readFileSync(path.join(lesson.solutionFolder, FILE_OF_04), "utf8");
  const save = (text: string) => book.save(lesson.slug, FILE_OF_04, text);

  test("nothing is written yet: it says so, and shows the reference", async () => {
    const page = await book.page(`/${lesson.slug}/lab/`);
    await ready(page);
    expect(await page.locator("[data-lab-notice]").innerText()).toMatch(/is not written yet/);
    expect(await page.getByLabel("Reference").isChecked()).toBe(true);
    expect(await page.locator("[data-lab-look]").innerText()).not.toBe("");
  });

  test("one's own queue is recorded anew on every save, and shows how it misbehaves", async () => {
    const page = await book.page(`/${lesson.slug}/lab/?show=both`);
    await ready(page);
    await recordedAfter(page, () => save(solution));
    expect(await brokenPromises(page)).toBe("");
    await recordedAfter(page, () => save(wrongAnswer(lesson, "acked-message-comes-back")));
    await page.locator('[data-player="scrubber"]').focus();
    await page.keyboard.press("End");
    expect(await brokenPromises(page)).not.toBe("");
  });

  test("a queue that never comes back is stopped and named, and the page lives on", async () => {
    save(solution.replace(/(publish\(body: string\): string \{)/, "$1\n    for (;;) {}"));
    const page = await book.page(`/${lesson.slug}/lab/?show=yours`);
    await page
      .getByText(/publish.*(has not come back|never)/)
      .first()
      .waitFor();
    await page
      .getByRole("button", { name: /reference/i })
      .or(page.getByLabel("Reference"))
      .first()
      .click();
    await ready(page);
    await page.getByRole("button", { name: /^Play/ }).click();
    await page.getByRole("button", { name: /^Pause/ }).waitFor();
    // Also where it spins on the clock or on promises alone.
    for (const spin of [
      "setInterval(() => {}, 0); setImmediate(function again() { setImmediate(again); });",
      "(async () => { for (;;) await null; })();",
    ]) {
      save(solution.replace(/(publish\(body: string\): string \{)/, `$1\n    ${spin}`));
      await page.getByLabel("Yours").check({ force: true });
      await page.locator("[data-lab-pictures] .problem, [data-lab] .problem:not([hidden])").first().waitFor();
    }
  });

  test("code that does not load, or reaches for what is not in the lab, says so", async () => {
    const page = await book.page(`/${lesson.slug}/lab/?show=yours`);
    await recordedAfter(page, () => save(`${solution}\n}}}`));
    await page
      .getByText(/does not load/)
      .first()
      .waitFor();
    const reaching = `import { readFileSync } from "node:fs";\n${solution.replace(/(publish\(body: string\): string \{)/, '$1\n    readFileSync("/etc/passwd");')}`;
    await recordedAfter(page, () => save(reaching));
    await page
      .getByText(/runs in the browser, and readFileSync\(\) of node:fs is not there/)
      .first()
      .waitFor();
  });

  test("learner code in the lab reaches neither the workbook's actions nor the network", async () => {
    const page = await book.page(`/${lesson.slug}/lab/?show=yours`);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
    const attack = `void fetch("/api/lessons/04/reset", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" }).catch(() => {});\n    `;
    await recordedAfter(page, () =>
      save(solution.replace(/(publish\(body: string\): string \{)/, `$1\n    ${attack}`)),
    );
    expect(asked.filter((line) => line.startsWith("POST"))).toEqual([]);
    expect(book.copy.read("exercises", lesson.slug, FILE_OF_04)).toContain("fetch(");
  });

  test("the same address shows the same picture; a knob, a preset and a seed change it", async () => {
    save(solution);
    const page = await book.page(`/${lesson.slug}/lab/?show=reference`);
    await ready(page);
    await page.getByRole("button", { name: "Another seed" }).click();
    await page.waitForURL(/seed=/);
    await ready(page);
    for (let steps = 0; steps < 5; steps++) await page.getByRole("button", { name: /^Step/ }).click();
    await page.waitForURL((url) => url.search.length > 0);
    await addressAtRest(page);
    const shown = await page.locator("[data-lab-pictures]").innerText();
    const again = await book.page(page.url());
    await ready(again);
    expect(await again.locator("[data-lab-pictures]").innerText()).toBe(shown);
    const knob = again.locator("[data-lab-knobs] input[type=range]").first();
    const before = again.url();
    await knob.focus();
    await again.keyboard.press("End");
    await again.waitForFunction((was) => location.href !== was, before);
  });

  test("a to-do ticks itself, a bet is settled, and both are remembered", async () => {
    save(solution);
    const page = await book.page(`/${lesson.slug}/lab/?show=yours`);
    await ready(page);
    const done = page.locator("[data-lab-todos] .done");
    const before = await done.count();
    await page.locator('[data-player="scrubber"]').focus();
    await page.keyboard.press("End");
    await page.waitForFunction((was) => document.querySelectorAll("[data-lab-todos] .done").length > was, before);
    const bets = page.locator("[data-lab-bets]");
    await bets.getByRole("radio").first().check({ force: true });
    await bets
      .getByRole("button", { name: /Place the bet/ })
      .first()
      .click();
    await bets
      .locator(".bet-result")
      .filter({ hasText: /Right\.|Not so: it is/ })
      .waitFor();
    const ticked = await done.count();
    await page.reload();
    await bets
      .locator(".bet-result")
      .filter({ hasText: /Right\.|Not so: it is/ })
      .waitFor();
    expect(await done.count()).toBe(ticked);
  });
});

async function ready(page: Page): Promise<void> {
  await page.locator("[data-lab][data-lab-state=ready]").waitFor();
}

/** Does `change`, and waits for the run that comes of it. */
async function recordedAfter(page: Page, change: () => void): Promise<void> {
  await ready(page);
  const begun = page.locator("[data-lab][data-lab-state=recording]").waitFor({ state: "attached" });
  change();
  await begun;
  await ready(page);
}

async function brokenPromises(page: Page): Promise<string> {
  return (await page.locator("[data-lab-pictures] .broken").allInnerTexts()).join(" ").trim();
}

/** The address follows what is shown a moment later. */
async function addressAtRest(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      new Promise<boolean>((resolve) => {
        const was = location.href;
        setTimeout(() => resolve(location.href === was), 400);
      }),
  );
}

function lessonOf(number: string): Lesson {
  const lesson = allLessons().find((one) => one.number === number);
  if (!lesson) throw new Error(`There is no lesson ${number}.`);
  return lesson;
}

function wrongAnswer(lesson: Lesson, id: string): string {
  const answer = wrongAnswers(lesson).find((one) => one.id === id);
  if (!answer) throw new Error(`There is no wrong answer ${id}.`);
  return readFileSync(answer.file, "utf8");
}
