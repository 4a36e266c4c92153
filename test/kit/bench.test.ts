// `npm run bench 03`: figures, ratios and a chart, and an end whatever the measured code does. No
// figure is judged.

import { cpSync, existsSync, rmSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { allLessons } from "../../scripts/lessons/catalog.ts";
import { growthChart } from "../../scripts/presenting/growth-chart.ts";
import { measuredBenchScreen } from "../../scripts/presenting/lesson-bench-screen.ts";
import { WorkbookCopy } from "./workbook-copy.ts";

const SLUG = "04-visibility-queue";
const FILE = `exercises/${SLUG}/visibility-queue.ts`;
const book = new WorkbookCopy();
const solution = book.read(`solutions/${SLUG}/visibility-queue.ts`);
const withBench = allLessons().filter(({ suiteFolder }) => existsSync(path.join(suiteFolder, "bench/bench.ts")));

/** The reference, with a line put in front of what `publish` does. */
function withFirstInPublish(line: string): string {
  const changed = solution.replace(/(publish\(body: string\): string \{\n)/, `$1${line}\n`);
  expect(changed).not.toBe(solution);
  return changed;
}

describe("figures, ratios and a chart", () => {
  test("there are lessons with a bench", () => {
    expect(withBench.map(({ number }) => number)).toEqual(expect.arrayContaining(["03", "04"]));
  });

  for (const { number, slug } of withBench) {
    // One of them from elsewhere: any folder can be measured.
    const [subject, shownAs] = slug === SLUG ? [["--dir", "elsewhere"], "elsewhere"] : [["--solution"], "solutions"];
    test(`${slug}: ${shownAs} beside its peers, on 100 columns`, () => {
      cpSync(book.path("solutions", slug), book.path("elsewhere"), { recursive: true });
      const { status, stdout, stderr } = book.run("bench", [number, ...subject, "--items", "1000", "--rounds", "1"]);
      expect(stderr).toBe("");
      expect(status).toBe(0);
      expect(stdout).toMatch(new RegExp(`^${number} .+: ${shownAs}\nBeside: .*Node \\d+`));
      const parts = stdout.split("\n\n");
      const comparisons = parts.filter((part) => /^ns per .* n = /m.test(part));
      const bars = parts.filter((part) => part.includes("█"));
      expect(comparisons.length + bars.length).toBeGreaterThanOrEqual(2);
      for (const bar of bars)
        expect(bar).toMatch(/^\w+ +█+ [\d,]+ (ms|µs|ns)\n[\w-]+ +█+ [\d,]+ (ms|µs|ns) \([\d.,]+x\)\n?$/);
      for (const comparison of comparisons) {
        const [title, head, own, ...peers] = comparison.split("\n");
        expect(title).toMatch(/\bn\b/);
        expect(head).toMatch(/^ns per [a-z]+ +n = 1,000$/);
        expect(own).toMatch(/^● \w+ +[\d,]+$/);
        expect(peers.length).toBeGreaterThanOrEqual(1);
        for (const peer of peers) expect(peer).toMatch(/^[a-z] [\w -]+ [\d,]+ +[\d.,]+x$/);
      }
      expect(stdout.match(/^ +1,000$/gm) ?? []).toHaveLength(comparisons.length);
      expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
    });
  }

  test("a cost that stays the same is a level line, one that grows with the size rises a decade a column", () => {
    const chart = growthChart(
      [
        { mark: "●", costsNs: [100, 100, 100] },
        { mark: "n", costsNs: [100, 1000, 10_000] },
      ],
      ["1,000", "10,000", "100,000"],
    ).split("\n");
    const rows = (mark: string) => chart.flatMap((line, row) => (line.includes(mark) ? [row] : []));
    expect(rows("●")).toEqual([8]);
    expect(rows("n")).toEqual([0, 4, 8]);
    expect(chart.flatMap((line) => line.match(/^ +(\d+ .s) ┤/)?.[1] ?? [])).toEqual(["10 µs", "1 µs", "100 ns"]);
    expect(chart.at(-1)?.trim().split(/ +/)).toEqual(["1,000", "10,000", "100,000"]);
  });

  test("full of figures, the table fits 100 columns", () => {
    const sizes = [1000, 10_000, 100_000, 1_000_000];
    const rows = [
      { name: "VisibilityQueue", costsNs: [123_456_789, 123_456_789, 123_456_789, 123_456_789] },
      { name: "p-queue priority", costsNs: [123_456_789_000, 1_000_000, undefined, undefined] },
    ];
    const screen = measuredBenchScreen({ title: "n", per: "message", sizes, rows, budgetSeconds: 5 });
    expect(Math.max(...screen.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(screen.match(/given up after 5 s/g)).toHaveLength(1);
    expect(screen).toContain("1,000x");
  });
});

describe("code that does not get through: one sentence, status 1", () => {
  for (const [what, text, sentence] of [
    ["the starter", undefined, /^VisibilityQueue did not get through 1,000 items: it threw "Not written yet: .+"\.\n$/],
    [
      "an endless loop",
      withFirstInPublish("for (;;);"),
      "VisibilityQueue did not get through 1,000 items: it was given up after 0.5 s.\n",
    ],
    [
      "a wait for ever",
      solution.replace("if (first) return this.#deliver(first);", "if (first) return new Promise(() => {});"),
      "VisibilityQueue did not get through 1,000 items: everything waits, and nothing is left that could wake it.\n",
    ],
    [
      "an exit",
      withFirstInPublish("process.exit(7);"),
      "VisibilityQueue did not get through 1,000 items: the process ended with status 7.\n",
    ],
    [
      "a throw while it is loaded",
      `throw new Error("No printer");\n${solution}`,
      'The code does not load: it threw "No printer".\n',
    ],
  ] as const) {
    test(what, () => {
      if (text !== undefined) book.write(FILE, text);
      const { status, stderr } = book.run("bench", ["04", "--items", "1000", "--rounds", "1", "--seconds", "0.5"]);
      expect(stderr).toMatch(sentence instanceof RegExp ? sentence : new RegExp(`^${escaped(sentence)}$`));
      expect(status).toBe(1);
    });
  }

  test("what is too much only at a larger size is a figure like any other: status 0", () => {
    book.write(FILE, withFirstInPublish("if (this.waiting > 5000) for (;;);"));
    const { status, stdout } = book.run("bench", ["04", "--items", "10000", "--rounds", "1", "--seconds", "1"]);
    expect(stdout).toMatch(/^● VisibilityQueue +[\d,]+ +given up after 1 s$/m);
    expect(status).toBe(0);
  });
});

describe("wrong usage: status 2, one sentence", () => {
  for (const [args, sentence] of [
    [["01"], `Lesson 01 has no bench. These have: ${withBench.map(({ number }) => number).join(", ")}.`],
    [["03", "04"], "One lesson at a time: npm run bench 03."],
    [["03", "--items", "7"], "--items takes the largest size to measure: 1000, 10000, 100000, 1000000. It got 7."],
    [["03", "--seconds", "soon"], "--seconds takes a number from 0.1 to 600. It got soon."],
    [["03", "--rounds", "0"], "--rounds takes a whole number from 1 to 1000. It got 0."],
    [["03", "--runs", "9"], "--runs goes without a lesson: npm run bench -- --runs 9."],
    [["--solution"], "--solution goes with a lesson: npm run bench 03 -- --solution …"],
    [["03", "--dir", "nowhere"], "There is no folder nowhere. --dir takes one that is laid out like exercises/."],
  ] as const) {
    test(`bench ${args.join(" ")}`, () => {
      const { status, stdout, stderr } = book.run("bench", [...args]);
      expect(stderr).toBe(`${sentence}\n`);
      expect(stdout).toBe("");
      expect(status).toBe(2);
    });
  }

  test("code that does not compile, or a file that is not there, is named", () => {
    book.write(FILE, "export class {");
    expect(book.run("bench", ["04"]).stderr).toContain(`exercises/${SLUG}/visibility-queue.ts:1 does not compile`);
    rmSync(book.path(FILE));
    expect(book.run("bench", ["04"]).stderr).toBe(`exercises/${SLUG}/visibility-queue.ts is not there.\n`);
  });
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
