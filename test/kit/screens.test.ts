// Screens are made by functions of what they show and where: colours and links only where they are wanted.

import { describe, expect, test } from "vitest";
import { type CheckView, checkScreen, progressBar } from "../../scripts/presenting/check-screen.ts";
import { markdownLines } from "../../scripts/presenting/markdown.ts";
import { terminalWith } from "../../scripts/presenting/terminal.ts";
import { timelineLines } from "../../scripts/presenting/timeline.ts";
import { watchScreen } from "../../scripts/presenting/watch-screen.ts";

const plain = terminalWith({ colors: false, links: false, width: 100 });

const view: CheckView = {
  report: {
    lesson: "04",
    slug: "04-visibility-queue",
    verdict: "failed",
    durationMs: 5,
    problem: null,
    tasks: [
      {
        id: "04.1",
        title: "Publish",
        stretch: false,
        status: "passed",
        checks: [{ name: "it waits", status: "passed" }],
      },
      {
        id: "04.2",
        title: "Ack",
        stretch: false,
        status: "failed",
        checks: [
          { name: "an ack deletes the message", status: "passed" },
          {
            name: "an old receipt deletes nothing",
            status: "failed",
            message: "ack('r1'): expected an UnknownReceiptError, but it returned, and B's message is gone",
            where: "04-visibility-queue/visibility-queue.ts:48",
            misconception: "receipt-is-message-id",
            timeline: [{ atMs: 5200, lane: "A", what: "ack r1" }],
          },
          { name: "a receipt can be used once", status: "failed", message: "second message" },
        ],
      },
    ],
  },
  title: "Ack and visibility",
  printed: "",
  misconceptions: () => ({ misconception: "The receipt is taken for the message.", wayOut: "Who holds it now?" }),
  source: (where) => ({ file: `/book/exercises/${where.split(":")[0]}`, shownAs: `exercises/${where}` }),
  nextLine: "04-visibility-queue/visibility-queue.ts:48",
  progress: { passed: 3, of: 6 },
  nextLesson: "05",
};

describe("the screen of a check", () => {
  test("verdict first, the first failure in full, the rest by name, the next step last", () => {
    expect(checkScreen(view, plain).split("\n")).toEqual([
      "04 Ack and visibility: 1 of 2 tasks passes",
      "",
      "  ✓ 04.1 Publish",
      "  ✗ 04.2 Ack  1 of 3 checks pass",
      "      ✗ an old receipt deletes nothing",
      "          ack('r1'):",
      "          expected an UnknownReceiptError",
      "          but it returned, and B's message is gone",
      "          at exercises/04-visibility-queue/visibility-queue.ts:48",
      "",
      "          A known mistake: The receipt is taken for the message.",
      "          Way out: Who holds it now?",
      "",
      "          5200 ms │ A  ack r1",
      "",
      "      ✗ a receipt can be used once",
      "",
      "Next: 04.2 in exercises/04-visibility-queue/visibility-queue.ts:48",
      "Stuck? npm run hint 04.2 · start over: npm run reset 04      [####>---] 3/6 lessons",
    ]);
  });

  test("colours and links, where the terminal has them", () => {
    const rich = checkScreen(view, terminalWith({ colors: true, links: true, width: 100 }));
    expect(rich).toContain("\u001B[31m✗\u001B[39m");
    expect(rich).toContain(
      "\u001B]8;;file:///book/exercises/04-visibility-queue/visibility-queue.ts#L48\u0007exercises/04-",
    );
    expect(checkScreen(view, plain)).not.toContain("\u001B");
  });

  test("nothing is wider than the terminal", () => {
    for (const width of [40, 60, 100]) {
      const lines = checkScreen(
        { ...view, progress: null },
        terminalWith({ colors: false, links: false, width }),
      ).split("\n");
      const prose = lines.filter((line) => line.includes("expected") || line.includes("mistake"));
      expect(Math.max(...prose.map((line) => line.length))).toBeLessThanOrEqual(width);
    }
  });
});

describe("the screen of watch", () => {
  const watching = {
    title: "04 Ack and visibility",
    check: view,
    checking: null,
    aside: null,
    isAskingForReset: false,
    passedBefore: null,
    notes: [],
    hasKeys: true,
  };

  test("names its keys", () => {
    expect(watchScreen(watching, plain).split("\n").at(-1)).toBe(
      "h hint · c compare · n next lesson · r reset · q quit   watching your file",
    );
  });

  test("asks before a reset, and shows what a key brought up", () => {
    expect(watchScreen({ ...watching, isAskingForReset: true }, plain)).toMatch(/Bring the starter back\?.*y: yes/);
    expect(watchScreen({ ...watching, aside: "a hint" }, plain)).toContain("\na hint\n");
  });

  test("says that it is checking", () => {
    expect(watchScreen({ ...watching, check: null, checking: { done: 0, of: 0 } }, plain)).toContain(
      "04 Ack and visibility: checking …",
    );
  });
});

test("a long timeline keeps its beginning and its end", () => {
  const lines = timelineLines(
    Array.from({ length: 80 }, (_, atMs) => ({ atMs, lane: "A", what: `step ${atMs}` })),
    plain,
    "",
  );
  expect(lines.length).toBe(25);
  expect(lines[0]).toContain("step 0");
  expect(lines[8]).toContain("56 moments left out");
  expect(lines.at(-1)).toContain("step 79");
});

test("the progress bar", () => {
  expect([0, 3, 6].map((passed) => progressBar(passed, 6))).toEqual([
    "[>-------] 0/6 lessons",
    "[####>---] 3/6 lessons",
    "[########] 6/6 lessons",
  ]);
});

test("Markdown as text", () => {
  const markdown =
    "## A title\n\nSome *plain* `code` and a [link](https://nodejs.org).\n\n1. one\n2. two\n   - three\n\n> quoted\n\n| a | b |\n| --- | --- |\n| `x` | long |\n\n```ts\nconst a = 1;\n```\n";
  expect(markdownLines(markdown, plain)).toEqual([
    "A title",
    "───────",
    "",
    "Some plain code and a link <https://nodejs.org>.",
    "",
    "1. one",
    "2. two",
    "   • three",
    "",
    "▎ quoted",
    "",
    "a │ b",
    "──┼─────",
    "x │ long",
    "",
    "  const a = 1;",
  ]);
});
