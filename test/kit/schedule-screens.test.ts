// A schedule on the terminal and as a picture: the same rows and lanes, in signs and words.

import { describe, expect, test } from "vitest";
import { scheduleLines } from "../../scripts/presenting/schedule.ts";
import { schedulePicture } from "../../scripts/presenting/schedule-picture.ts";
import { terminalWith } from "../../scripts/presenting/terminal.ts";
import type { ScheduleTable } from "../support/failure.ts";

const plain = terminalWith({ colors: false, links: false, width: 100 });

const table: ScheduleTable = {
  code: "abort:get.get.put0_abort-1",
  on: "an AsyncQueue",
  rows: [
    { step: 1, atMs: 0, does: "get()", sameTurn: false, shows: "size 0" },
    { step: 2, atMs: 0, does: "get()", sameTurn: false, shows: "size 0" },
    { step: 3, atMs: 0, does: "put('a')", sameTurn: false, shows: null },
    { step: 4, atMs: 0, does: "abort get #1", sameTurn: true, shows: "size 1" },
  ],
  lanes: [
    { name: "get #1", from: 1, to: 4, outcome: "✗ aborted" },
    { name: "get #2", from: 2, to: null, outcome: null },
    { name: "put", from: 3, to: 3, outcome: "done" },
  ],
  broke: 4,
  seen: "get #1 ✗ aborted, get #2 waits, put → done, size 1",
  allowed: ["get #1 → 'a', get #2 waits, put → done, size 0", "get #1 ✗ aborted, get #2 → 'a', put → done, size 0"],
};

describe("a schedule on the terminal", () => {
  test("is a table of lanes, with what was seen, what is allowed, and how to run it again", () => {
    expect(scheduleLines(table, "npm run check 03.4", plain, "  ")).toEqual([
      "    step  call             get #1       get #2         at rest",
      "      1   get()            ┌ waits                     size 0",
      "      2   get()            │            ┌ waits        size 0",
      "      3   put('a') → done  │            │              … same turn",
      "  ✗   4   + abort get #1   └ ✗ aborted  ┆ waits still  size 1",
      "",
      "  ✗ step 4",
      "    seen     get #1 ✗ aborted, get #2 waits, put → done, size 1",
      "    allowed  get #1 → 'a', get #2 waits, put → done, size 0",
      "    or       get #1 ✗ aborted, get #2 → 'a', put → done, size 0",
      "  Again, alone:",
      "    npm run check 03.4 -- --replay abort:get.get.put0_abort-1",
    ]);
  });

  test("fits 100 columns, however many calls wait, and narrower terminals too", () => {
    const lanes = Array.from({ length: 12 }, (_one, at) => ({
      name: `receive #${at + 1}`,
      from: at + 1,
      to: null,
      outcome: null,
    }));
    const rows = lanes.map(({ from }) => ({
      step: from,
      atMs: from * 10,
      does: "receive()",
      sameTurn: false,
      shows: "waiting 0, in flight 0",
    }));
    for (const width of [100, 80, 50]) {
      const terminal = terminalWith({ colors: false, links: false, width });
      const lines = scheduleLines({ ...table, rows, lanes, broke: 12 }, "npm run check 04.1", terminal, "      ");
      expect(Math.max(...lines.slice(0, 13).map((line) => [...line].length))).toBeLessThanOrEqual(width);
    }
  });

  test("shows the clock only where time passes, and says when nothing is wrong", () => {
    const timed = { ...table, rows: table.rows.map((row) => ({ ...row, atMs: row.step * 25 })) };
    expect(scheduleLines(timed, "", plain, "")[0]).toMatch(/step +ms +call/);
    expect(scheduleLines(table, "", plain, "")[0]).not.toMatch(/ms/);
    expect(scheduleLines({ ...table, broke: null }, "", plain, "").at(-1)).toContain("as it may be");
  });
});

describe("a schedule as a picture", () => {
  const svg = schedulePicture(table);

  test("has a title and says its whole story in words", () => {
    expect(svg).toContain('<title id="title">A schedule on an AsyncQueue</title>');
    expect(svg).toContain("In the same turn, step 4: abort get #1, get #1 ✗ aborted, get #2 waits still, size 1.");
    expect(svg).toContain("✗ Step 4. Seen: get #1 ✗ aborted, get #2 waits, put → done, size 1");
  });

  test("has a bar for each call that waited, and escapes what it shows", () => {
    expect(svg.match(/class="bar"/g)).toHaveLength(1);
    expect(svg.match(/class="open"/g)).toHaveLength(1);
    const hostile = schedulePicture({ ...table, on: '<script>"&' });
    expect(hostile).not.toContain("<script>");
    expect(hostile).toContain("&lt;script&gt;&quot;&amp;");
  });
});
