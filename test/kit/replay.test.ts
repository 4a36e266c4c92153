// A failure over schedules shows a code, and the code runs that schedule again, alone.

import { beforeAll, describe, expect, test } from "vitest";
import type { LessonReport } from "../../scripts/grading/report.ts";
import { WorkbookCopy } from "./workbook-copy.ts";

const SLUG = "04-visibility-queue";
const FILE = `exercises/${SLUG}/visibility-queue.ts`;
const book = new WorkbookCopy();
const wrong = book.read(`test/${SLUG}/wrong/requeued-to-the-back.ts`);
let code = "";

const json = (output: string): LessonReport => JSON.parse(output) as LessonReport;

beforeAll(() => {
  book.write(FILE, wrong);
  const report = json(book.run("check", ["04.3", "--json"]).stdout);
  const shown = report.tasks[0]?.checks.find((check) => check.schedule);
  code = shown?.schedule?.code ?? "";
});

describe("check --replay CODE", () => {
  test("runs the one schedule and nothing else, and fails as it failed", () => {
    const { status, stdout } = book.run("check", ["04.3", "--replay", code, "--json"]);
    const report = json(stdout);
    expect(status).toBe(1);
    expect(report.verdict).toBe("failed");
    expect(report.tasks.map(({ id, checks }) => `${id} ${checks.length}`)).toEqual(["04.3 1"]);
    const [check] = report.tasks[0]?.checks ?? [];
    expect(check?.schedule?.code).toBe(code);
    expect(check?.schedule?.broke).not.toBeNull();
    expect(check?.misconception).toBe("requeued-to-the-back");
    expect(check?.timeline?.length).toBeGreaterThan(0);
  });

  test("shows the schedule on the terminal, within 100 columns", () => {
    const { stdout } = book.run("check", ["04.3", "--replay", code]);
    expect(stdout).toContain(`--replay ${code}`);
    expect(stdout).toMatch(/step +ms +call/);
    // The command with the code is in one piece, to be copied.
    const lines = stdout.split("\n").filter((line) => !line.includes("--replay"));
    expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(100);
  });

  test("shows it, too, when nothing is wrong with it any more, and keeps no record of that", () => {
    const { status, stdout } = book.run("check", ["04", "--solution", "--replay", code]);
    expect(status).toBe(0);
    expect(stdout).toContain("Everything in this schedule is as it may be.");
    const before = book.read(".workbook/progress.json");
    book.run("check", ["04.3", "--replay", code]);
    expect(book.read(".workbook/progress.json")).toBe(before);
  });

  for (const [args, sentence] of [
    [["04.3", "--replay", "nonsense"], /nonsense is not the code of a schedule here\. A code begins with one of /],
    [["04.3", "--replay", "requeue:jump"], /is not the code of a schedule here/],
    [["01.1", "--replay", "requeue:publish0"], /no check of 01\.1 is over schedules/],
    [["--replay", "requeue:publish0"], /--replay takes the code of one schedule of one task/],
  ] as const) {
    test(`${args.join(" ")}: one clear sentence, status 2`, () => {
      const { status, stdout, stderr } = book.run("check", [...args]);
      expect(status).toBe(2);
      expect(stdout).toBe("");
      expect(stderr).toMatch(sentence);
      expect(stderr.trim().split("\n")).toHaveLength(1);
    });
  }
});
