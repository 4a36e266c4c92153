// What the page says of the learner's work: verdict, schedule, timeline, comparison, first page. All of it is
// made by functions, so that it can be read here without a browser.

import { describe, expect, test } from "vitest";
import type { CheckReport, LessonReport, Status } from "../../scripts/grading/report.ts";
import type { CheckView } from "../../scripts/presenting/check-screen.ts";
import { compareHtml } from "../../scripts/presenting/page/compare-page.ts";
import { comparedBlocks } from "../../scripts/presenting/page/compared-blocks.ts";
import { homeHtml } from "../../scripts/presenting/page/home-page.ts";
import { schedulePlayerHtml } from "../../scripts/presenting/page/schedule-player.ts";
import { timelineHtml } from "../../scripts/presenting/page/timeline-picture.ts";
import { announcement, verdictHtml } from "../../scripts/presenting/page/verdict.ts";
import type { ScheduleTable } from "../support/failure.ts";

const HOSTILE = `<script>alert("1")</script>' onclick='x`;
const where = "04-visibility-queue/visibility-queue.ts:48";

const table: ScheduleTable = {
  code: "abort:get.get.put0_abort-1.get",
  on: "an AsyncQueue with maxSize 1",
  rows: [
    { step: 1, atMs: 0, does: "get()", sameTurn: false, shows: "size 0" },
    { step: 2, atMs: 0, does: "get()", sameTurn: false, shows: "size 0" },
    { step: 3, atMs: 0, does: "put('a')", sameTurn: false, shows: null },
    { step: 4, atMs: 0, does: "abort get #1", sameTurn: true, shows: "size 1" },
    { step: 5, atMs: 30, does: "get()", sameTurn: false, shows: "size 0" },
  ],
  lanes: [
    { name: "get #1", from: 1, to: 4, outcome: "✗ aborted" },
    { name: "get #2", from: 2, to: null, outcome: null },
    { name: "put", from: 3, to: 3, outcome: "done" },
    { name: "get #3", from: 5, to: 5, outcome: "'a'" },
  ],
  broke: 4,
  seen: "get #1 ✗ aborted, get #2 waits, put → done, size 1",
  allowed: [
    "get #1 → 'a', get #2 waits, put → done, size 0",
    "get #1 ✗ aborted, get #2 → 'a', put → done, size 0",
    "a third outcome",
    "a fourth outcome",
  ],
};

function viewOf(tasks: [Status, CheckReport[]][], more: Partial<LessonReport> = {}): CheckView {
  return {
    report: {
      lesson: "04",
      slug: "04-visibility-queue",
      verdict: "failed",
      durationMs: 5,
      problem: null,
      tasks: tasks.map(([status, checks], index) => ({
        id: `04.${index + 1}`,
        title: ["Publish", "Ack", "Come back", "Compete"][index] ?? "",
        stretch: index === 3,
        status,
        checks,
      })),
      ...more,
    },
    title: "Ack and visibility",
    printed: "",
    misconceptions: () => ({ misconception: "The receipt is taken for `the message`.", wayOut: "Who holds it now?" }),
    source: (place) => ({ file: `/nowhere/${place}`, shownAs: `exercises/${place}` }),
    nextLine: where,
    progress: { passed: 3, of: 6 },
    nextLesson: "05",
  };
}

const failing = viewOf([
  ["passed", [{ name: "it waits", status: "passed" }]],
  [
    "failed",
    [
      { name: "an ack deletes the message", status: "passed" },
      {
        name: "an old receipt deletes nothing",
        status: "failed",
        message: "ack('r1'): expected an UnknownReceiptError, but it returned",
        where,
        misconception: "receipt-is-message-id",
        timeline: [{ atMs: 5200, lane: "A", what: "ack r1" }],
      },
      { name: "in every order of calls", status: "failed", message: "second message", where, schedule: table },
    ],
  ],
  ["todo", [{ name: "it comes back", status: "todo", message: "Not written yet: requeueExpired", where }]],
  ["stopped", [{ name: "everybody is served", status: "stopped" }]],
]);

const lineText = () => "  ack(receipt: string): void {";
const textOf = (html: string) => html.replace(/<[^>]*>/g, "").replace(/\s+/g, " ");
const plain = (html: string) => textOf(html).replaceAll("&#39;", "'").replaceAll("&quot;", '"').trim();
const idsIn = (html: string) => [...html.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1] ?? "");

describe("the verdict", () => {
  const html = verdictHtml(failing, lineText).toString();

  test("the sum first, the first failure in full, the next step last", () => {
    const said = plain(html);
    const order = [
      "failed 1 of 3 tasks passes",
      "ack('r1'):",
      "expected an UnknownReceiptError",
      "but it returned",
      `exercises/${where}`,
      "ack(receipt: string): void {",
      "A known mistake: The receipt is taken for the message.",
      "Way out: Who holds it now?",
      "5200 ms",
      "in every order of calls",
      "Next: 04.2 Ack, in",
      "A hint for 04.2",
    ];
    const places = order.map((words) => said.indexOf(words));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(html).toContain("<code>the message</code>");
  });

  test("every task and check has its status in a word", () => {
    const words = (id: string) => plain(new RegExp(`id="${id}">([\\s\\S]*?)</li>`).exec(html)?.[1] ?? "");
    expect(words("check-04-1")).toContain("✓ passed 04.1 Publish");
    expect(words("check-04-2")).toContain("✗ failed 04.2 Ack 1 of 3 checks pass");
    expect(words("check-04-3")).toContain("○ not written yet 04.3 Come back");
    expect(words("check-04-4")).toContain("■ stopped 04.4 Compete stretch");
    expect(words("check-04-2-1")).toContain("✗ failed an old receipt deletes nothing");
  });

  test("only the first failure is open, the others are closed and as complete", () => {
    expect(html).not.toMatch(/<details[^>]* open/);
    expect(html).toMatch(/<li class="check failed in-full" id="check-04-2-1">/);
    const other = /<details id="check-04-2-2-more">([\s\S]*?)<\/details>/.exec(html)?.[1] ?? "";
    expect(other).toContain("second message");
    expect(html).toContain('id="check-04-2-2-schedule"');
  });

  test("ids are unique and need no escaping in CSS", () => {
    const ids = idsIn(html);
    expect(ids.length).toBeGreaterThan(12);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z][a-z0-9-]*$/.test(id))).toEqual([]);
  });

  test("a button names a check or a task, and never a file", () => {
    const asked = [...html.matchAll(/data-open="(.*?)" data-open-check="(.*?)"/g)].map(([, ...all]) => all.join(" "));
    expect(asked).toEqual(["04 04.2/1", "04 04.2/2", "04 04.3/0", "04 04.2"]);
    expect(html).toContain('data-hint-next="04.2"');
  });

  test("what a learner wrote is text, wherever it stands", () => {
    const hostile = viewOf(
      [
        [
          "failed",
          [
            {
              name: HOSTILE,
              status: "failed",
              message: HOSTILE,
              where: `${HOSTILE}:1`,
              timeline: [{ atMs: 0, lane: HOSTILE, what: HOSTILE }],
            },
            {
              name: "n",
              status: "failed",
              message: "m",
              schedule: {
                ...table,
                on: HOSTILE,
                code: HOSTILE,
                seen: HOSTILE,
                allowed: [HOSTILE],
                rows: table.rows.map((row) => ({ ...row, does: HOSTILE, shows: HOSTILE })),
                lanes: table.lanes.map((lane) => ({ ...lane, name: HOSTILE, outcome: HOSTILE })),
              },
            },
          ],
        ],
      ],
      { problem: HOSTILE },
    );
    const shown = verdictHtml({ ...hostile, printed: `\u001B[31m${HOSTILE}\u001B[39m` }, () => HOSTILE).toString();
    expect(shown).not.toContain("<script");
    expect(shown).not.toMatch(/"[^<>]*" onclick/);
    expect(shown.match(/<[^>]*onclick='x/g)).toBe(null);
    expect(shown).not.toContain("\u001B");
  });

  test("what the code printed is apart, and cut as on the terminal", () => {
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`).join("\n");
    const printed = verdictHtml({ ...failing, printed: lines }, lineText).toString();
    expect(printed).toMatch(/Your code printed[\s\S]*line 20<\/pre><p>… and 10 more lines/);
    expect(printed).not.toContain("line 21");
    expect(html).not.toContain("Your code printed");
  });

  test("after the pass it leads on, and to the stretch tasks that are left", () => {
    const passed = viewOf(
      [
        ["passed", []],
        ["passed", []],
        ["passed", []],
        ["failed", []],
      ],
      { verdict: "passed" },
    );
    const shown = verdictHtml(passed, lineText).toString();
    expect(plain(shown)).toContain("All 3 tasks pass");
    expect(shown).toContain('href="/05/"');
    expect(shown).toContain('href="/04-visibility-queue/compare/"');
    expect(shown).toContain('data-hint-next="04.4"');
    expect(plain(verdictHtml({ ...passed, nextLesson: null }, lineText).toString())).toContain("the last lesson");
  });

  test("a run that was stopped says what stopped it", () => {
    const stopped = viewOf([["stopped", [{ name: "it waits", status: "stopped" }]]], {
      verdict: "stopped",
      problem: "Time passes only at an `await`.",
    });
    expect(verdictHtml(stopped, lineText).toString()).toContain("Time passes only at an <code>await</code>.");
  });

  test("is announced in a sentence", () => {
    expect(announcement(failing.report)).toBe(
      "Lesson 04: failed, 1 of 3 tasks passes. 04.2 fails: an old receipt deletes nothing.",
    );
    const all = viewOf(
      [
        ["passed", []],
        ["passed", []],
      ],
      { verdict: "passed" },
    ).report;
    expect(announcement(all)).toBe("Lesson 04: passed, all 2 tasks pass.");
    const begun = viewOf(
      [
        ["passed", []],
        ["todo", []],
      ],
      { verdict: "todo" },
    ).report;
    expect(announcement(begun)).toBe("Lesson 04: 1 of 2 tasks passes. 04.2 is not written yet.");
    const stopped = viewOf([["stopped", []]], { verdict: "stopped", problem: "It exits." }).report;
    expect(announcement(stopped)).toBe("Lesson 04: stopped. It exits.");
  });
});

describe("the schedule player", () => {
  const html = schedulePlayerHtml(table, "npm run check 03.4", "check-03-4-0-schedule").toString();

  test("has every step in words: the call, its ends, what is at rest, who waits", () => {
    const list = /<ol>([\s\S]*?)<\/ol>/.exec(html)?.[1] ?? "";
    expect([...list.matchAll(/<li>(.*?)<\/li>/gs)].map((match) => plain(match[1] ?? ""))).toEqual([
      "Step 1, at 0 ms: get(). At rest: size 0. get #1 still waits.",
      "Step 2, at 0 ms: get(). At rest: size 0. get #1, get #2 still wait.",
      "Step 3, at 0 ms: put('a'). put → done. Nothing comes to rest before step 4.",
      "Step 4, in the same turn, at 0 ms: abort get #1. get #1 ✗ aborted. At rest: size 1. get #2 still waits. ✗ Here it breaks.",
      "Step 5, at 30 ms: get(). get #3 → 'a'. At rest: size 0. get #2 still waits.",
    ]);
  });

  test("stands at the step that broke, and is silent until the reader moves it", () => {
    expect(html).toMatch(
      /<input type="range"[^>]* min="1" max="5" step="1" value="4" aria-valuetext="4 of 5: abort get #1">/,
    );
    expect(html).toContain('data-at="4"');
    expect(html).toMatch(/aria-live="off"><strong>Step 4<\/strong>/);
    expect(html.match(/data-state="now"/g)?.length).toBeGreaterThan(1);
    expect(html).toMatch(/data-step="5" data-state="to come"/);
    expect(html).not.toMatch(/data-step="[123]" data-state/);
  });

  test("says what was seen and all that is allowed, with what differs", () => {
    expect(plain(html)).toContain("Seen get #1 ✗ aborted, get #2 waits, put → done, size 1");
    expect(html).toContain("<strong>get #1 → &#39;a&#39;</strong>, get #2 waits, put → done, <strong>size 0</strong>");
    expect(plain(html)).toContain("1 more allowed a fourth outcome");
  });

  test("can be run again by its code", () => {
    expect(plain(html)).toContain("npm run check 03.4 -- --replay abort:get.get.put0_abort-1.get");
    expect(html).toContain("data-copy-replay");
  });

  test("has a picture in the colours of the page: nothing in it brings its own", () => {
    const svg = /<svg[\s\S]*<\/svg>/.exec(html)?.[0] ?? "";
    expect(svg).not.toMatch(/<style|style=|#[0-9a-f]{6}|\sid=/);
    expect(svg).toMatch(/role="img" aria-label="an AsyncQueue with maxSize 1, 5 steps/);
    expect(html).not.toContain("style=");
  });

  test("without a breach it says so", () => {
    const fine = schedulePlayerHtml({ ...table, broke: null, seen: "", allowed: [] }, "npm run check 03.4", "a");
    expect(plain(fine.toString())).toContain("as it may be");
    expect(fine.toString()).toContain('value="5"');
  });
});

describe("the timeline", () => {
  test("is a list of all moments, with a line for each lane", () => {
    const html = timelineHtml(
      [
        { atMs: 0, lane: "receive #1", what: "called" },
        { atMs: 0, lane: "receive #2", what: "called" },
        { atMs: 100, lane: "receive #1", what: "resolved to 'a'" },
        { atMs: 100, lane: "put", what: "called" },
      ],
      "t",
    ).toString();
    expect([...html.matchAll(/<li\b.*?<\/li>/gs)].map((match) => plain(match[0]))).toEqual([
      "0 ms receive #1 called",
      "0 ms receive #2 called",
      "100 ms receive #1 resolved to 'a'",
      "100 ms put called",
    ]);
    // Side by side while they overlap; a column that is free again is used again; a call without an end goes on.
    expect([...html.matchAll(/<circle cx="(\d+)"/g)].map((match) => Number(match[1]))).toEqual([7, 21, 7, 7]);
    expect(html.match(/class="open"/g)).toHaveLength(2);
  });

  test("a long one is cut, and there as a whole all the same", () => {
    const moments = Array.from({ length: 80 }, (_, atMs) => ({ atMs, lane: `call ${atMs}`, what: "called" }));
    const html = timelineHtml(moments, "t").toString();
    const [cut = "", whole = ""] = html.split("<details");
    expect(cut.match(/<li\b/g)).toHaveLength(25);
    expect(plain(cut)).toContain("56 moments left out");
    expect(whole.match(/<li\b/g)).toHaveLength(80);
  });
});

describe("the comparison", () => {
  const lines = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => `line ${from + at}`);
  const reference = [...lines(1, 20), "const waiting = 1;", ...lines(22, 24), ""].join("\n");
  const yours = [...lines(1, 20), "const ready = 1;", "const more = 2;", ...lines(22, 24)].join("\n");
  const view = (own: string | null, isPassed: boolean) => ({
    number: "04",
    slug: "04-visibility-queue",
    title: "Ack and visibility",
    isPassed,
    files: [{ name: "04-visibility-queue/visibility-queue.ts", yours: own, reference }],
  });

  test("sets changed lines against each other, and numbers both sides", () => {
    const blocks = comparedBlocks(yours, reference);
    expect(blocks.map(({ kind, yours: own, reference: other }) => [kind, own.from, other.from])).toEqual([
      ["same", 1, 1],
      ["different", 21, 21],
      ["same", 23, 22],
    ]);
    expect(blocks[1]?.yours.lines).toEqual(["const ready = 1;", "const more = 2;"]);
    expect(blocks[1]?.reference.lines).toEqual(["const waiting = 1;"]);
  });

  test("a bracket that two changes share does not part them", () => {
    expect(comparedBlocks("a\n}\nb\n", "c\n}\nd\n")).toHaveLength(1);
    expect(comparedBlocks("a\nshared\nb\n", "c\nshared\nd\n")).toHaveLength(3);
  });

  test("folds long runs that both have, up to three lines beside a change", () => {
    const html = compareHtml(view(yours, true)).toString();
    expect(html).toMatch(/<details class="fold"[^>]*><summary>17 lines the same: lines 1 to 17<\/summary>/);
    expect(html).not.toContain("lines 22 to 24");
  });

  test("has signs and words for whose a line is", () => {
    const html = compareHtml(view(yours, true)).toString();
    expect(plain(html)).toContain("They differ in 1 place: − 2 lines of yours, + 1 line of the reference.");
    expect(plain(html)).toContain("Yours, lines 21 to 22:");
    expect(plain(html)).toContain("The reference, line 21:");
    expect(html).toMatch(/<div class="yours">.*aria-hidden="true">−</);
    expect(html).toMatch(/<div class="reference">.*aria-hidden="true">\+</);
  });

  test("marks the words, where single lines differ a little", () => {
    const html = compareHtml(view(reference.replace("waiting = 1", "waiting = 2"), true)).toString();
    expect([...html.matchAll(/<mark>(.*?)<\/mark>/g)].map((match) => match[1])).toEqual(["2", "1"]);
  });

  test("shows the reference before the pass only to those who ask for it", () => {
    expect(compareHtml(view(yours, true)).toString()).not.toContain("Show me the reference");
    const html = compareHtml(view(yours, false)).toString();
    expect(html).toMatch(/<details class="spoiler" id="reference"><summary class="button">Show me the reference/);
    expect(html.indexOf("waiting")).toBeGreaterThan(html.indexOf("Show me the reference"));
    expect(plain(html)).toContain("You have not passed lesson 04 yet.");
  });

  test("says when a file is missing or the same, and takes code for text", () => {
    expect(plain(compareHtml(view(null, true)).toString())).toContain("visibility-queue.ts is not there.");
    expect(plain(compareHtml(view(reference, true)).toString())).toContain("are the same.");
    const html = compareHtml(view(`${HOSTILE}\n${reference}`, true)).toString();
    expect(html).not.toContain("<script");
    expect(new Set(idsIn(html)).size).toBe(idsIn(html).length);
  });
});

describe("the first page", () => {
  const lesson = (number: string, verdict: Status | null, statuses: (Status | null)[]) => ({
    number,
    slug: `${number}-lesson`,
    title: `Title ${number}`,
    markdown: `# ${number} Title\n\n_About ${number === "01" ? 35 : 300} minutes. You need: arrays._\n\nAt 07:00.\n\nAfter this lesson you can:\n\n- call \`ack\` in time;\n- rest.\n`,
    verdict,
    tasks: statuses.map((status, index) => ({
      id: `${number}.${index + 1}`,
      title: `Task ${index + 1}`,
      stretch: index === 3,
      status,
    })),
  });
  const first = lesson("01", "passed", ["passed", "passed", "passed", "todo"]);

  test("leads to the task to go on with", () => {
    const lessons = [first, lesson("02", "failed", ["passed", "failed", "todo", null])];
    const html = homeHtml({ lessons, passed: 1, of: 2, next: "02" }).toString();
    expect(html).toMatch(/<a class="button primary go-on" href="\/02-lesson\/#02\.2">Continue with 02\.2 Task 2<\/a>/);
    expect(plain(html)).toContain("4 of 6 tasks pass");
    expect(html).toContain('<progress id="overall" max="6" value="4">');
    expect(plain(html)).toContain("1 of 2 lessons passed");
  });

  test("begins where nothing is written yet, and ends where all is passed", () => {
    const lessons = [lesson("01", null, [null, null]), lesson("02", null, [null])];
    const html = homeHtml({ lessons, passed: 0, of: 2, next: "01" }).toString();
    expect(html).toContain('href="/01-lesson/">Begin with 01 Title 01</a>');
    expect(plain(homeHtml({ lessons: [first], passed: 1, of: 1, next: null }).toString())).toContain(
      "Every lesson is passed.",
    );
  });

  test("has of each lesson what it is for, how long it takes and its state, in words", () => {
    const lessons = [first, lesson("02", null, [null, null])];
    const said = plain(homeHtml({ lessons, passed: 1, of: 2, next: "02" }).toString());
    expect(said).toContain("Call ack in time.");
    expect(said).toMatch(/35 min ?✓ passed/);
    expect(said).toMatch(/5 h ?– not checked yet/);
    expect(said).toContain("3 of 3 tasks pass, 0 of 1 stretch");
    expect(said).toContain("0 of 2 tasks pass");
  });

  test("takes titles for text, and its ids are unique", () => {
    const lessons = [{ ...first, title: HOSTILE, markdown: `After this lesson you can:\n\n- ${HOSTILE};\n` }];
    const html = homeHtml({ lessons, passed: 1, of: 1, next: "01" }).toString();
    expect(html).not.toContain("<script");
    expect(new Set(idsIn(html)).size).toBe(idsIn(html).length);
  });
});
