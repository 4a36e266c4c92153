// What the lab's page says in words and numbers: its address, its times, its chart's twin, Little's law.

import { describe, expect, test } from "vitest";
import type { LabEvent, Recording } from "../../scripts/lab/events.ts";
import type { Lab } from "../../scripts/lab/lab.ts";
import { readAddress, type Shown, writeAddress } from "../../scripts/page/browser/lab/address.ts";
import { RunFigures } from "../../scripts/page/browser/lab/figures.ts";
import { figuresInWords, lawInWords } from "../../scripts/page/browser/lab/figures-words.ts";
import { measured, plural, seconds, secondsLeft } from "../../scripts/page/browser/lab/time-words.ts";
import { labHtml } from "../../scripts/presenting/page/lab-page.ts";

const lab: Pick<Lab, "durationMs" | "knobs" | "presets"> = {
  durationMs: 60_000,
  knobs: {
    rate: { label: "Orders", unit: "per second", least: 0.5, most: 5, step: 0.5, value: 2 },
    printers: { label: "Printers", unit: "", least: 1, most: 6, step: 1, value: 4 },
  },
  presets: [
    { id: "calm", name: "A calm day", look: "Nothing waits.", settings: {}, showsAtMs: 5_000 },
    { id: "burst", name: "Burst", look: "They wait.", settings: { rate: 5 }, seed: 7, showsAtMs: 9_500 },
  ],
};

describe("the address of a run", () => {
  test("an empty one is the first preset at its moment, and leaves open whose code is seen", () => {
    expect(readAddress("", lab)).toEqual({
      preset: "calm",
      seed: 1,
      settings: { rate: 2, printers: 4 },
      show: null,
      atMs: 5_000,
    });
  });

  test("what it was written from is read from it", () => {
    const shown: Shown = {
      preset: "burst",
      seed: 12,
      settings: { rate: 3.5, printers: 1 },
      show: "both",
      atMs: 12_345,
    };
    expect(readAddress(writeAddress(shown, lab), lab)).toEqual(shown);
  });

  test("what is as the preset has it is left out", () => {
    expect(writeAddress(readAddress("?preset=burst", lab), lab)).toBe("?preset=burst&at=9.5");
  });

  test("what makes no sense counts as not said, and a knob keeps to its scale", () => {
    const read = readAddress("?preset=none&seed=-3&show=mine&at=999&knob.rate=99&knob.printers=two", lab);
    expect(read).toEqual({ preset: "calm", seed: 1, settings: { rate: 5, printers: 4 }, show: null, atMs: 60_000 });
    expect(readAddress("?knob.rate=1.3", lab).settings.rate).toBe(1.5);
  });
});

describe("times and numbers in words", () => {
  test("seconds have one digit, and two where the whole run is short", () => {
    expect(seconds(12_440)).toBe("12.4 s");
    expect(seconds(350, 2_000)).toBe("0.35 s");
  });

  test("what is left of a timeout says 0.0 only when it is over", () => {
    expect(secondsLeft(1)).toBe("0.1 s");
    expect(secondsLeft(0)).toBe("0.0 s");
  });

  test("three digits that say something, and regular plurals", () => {
    expect([0.123, 1.5, 12.34, 123.4].map(measured)).toEqual(["0.12", "1.50", "12.3", "123"]);
    expect(["printer", "box", "supply", "relay"].map(plural)).toEqual(["printers", "boxes", "supplies", "relays"]);
  });
});

describe("the numbers of a run", () => {
  // One item a second from 0 s on, three in all; Ada takes them one after the other, and works on each for 2 s.
  const figures = new RunFigures(recordingOf(8_000), 10_000);

  test("at a moment: how many wait, how many are in work, how long the oldest has waited", () => {
    expect(figures.at(1_500)).toEqual({ atMs: 1_500, waiting: 1, inFlight: 1, oldestWaitsMs: 500 });
    expect(figures.at(7_000)).toEqual({ atMs: 7_000, waiting: 0, inFlight: 0, oldestWaitsMs: 0 });
  });

  test("the chart has a twin in words", () => {
    expect(figuresInWords(figures, 1_500, "in work")).toBe(
      "At 1.50 s: 1 waits, 1 in work, and it has waited 0.50 s. Most in the whole run: 1 waiting, at 1.00 s.",
    );
  });

  test("Little's law holds once all have left, and says before that what is missing", () => {
    expect(lawInWords(figures.littlesLawAt(500)).verdict).toBe("nothing yet");
    const before = lawInWords(figures.littlesLawAt(3_000));
    expect(before.verdict).toBe("not yet");
    expect(before.words).toBe("2 are still inside: counted in λ and in L, and not in W before they have left.");
    const after = figures.littlesLawAt(8_000);
    expect(after.inside).toBeCloseTo(after.perSecond * (after.stayS ?? 0), 10);
    expect(lawInWords(after)).toMatchObject({ verdict: "agrees", inside: "1.13", product: "1.13" });
  });

  test("the player steps to what can be seen, once for each moment", () => {
    expect(figures.moments).toEqual([0, 1_000, 2_000, 4_000, 6_000]);
  });
});

describe("the page", () => {
  const view = { slug: "07-retries", number: "07", title: "Retries & <more>", hasLab: true, savedAt: null };

  test("names the module of the lesson's lab, and escapes what it is told", () => {
    const page = String(labHtml(view));
    expect(page).toContain('data-lab-module="/test/07-retries/lab/lab.ts"');
    expect(page).toContain("Retries &amp; &lt;more&gt;");
    expect(page).not.toMatch(/ style=| on[a-z]+=/);
  });

  test("says so where the lesson has no lab", () => {
    expect(String(labHtml({ ...view, hasLab: false }))).toContain("This lesson has no lab.");
  });
});

function recordingOf(durationMs: number): Recording {
  const by = "Shop";
  const put = (atMs: number, item: number): LabEvent[] => [
    { atMs, kind: "made", item, label: `order ${item}`, by },
    { atMs, kind: "offered", item, by },
    { atMs, kind: "queued", item },
  ];
  const taken = (atMs: number, item: number): LabEvent => ({ atMs, kind: "taken", item, by: "Ada" });
  const finished = (atMs: number, item: number): LabEvent => ({ atMs, kind: "finished", item, by: "Ada" });
  const events: LabEvent[] = [
    ...put(0, 1),
    taken(0, 1),
    ...put(1_000, 2),
    finished(2_000, 1),
    taken(2_000, 2),
    ...put(2_000, 3),
    finished(4_000, 2),
    taken(4_000, 3),
    finished(6_000, 3),
  ];
  return { events, durationMs, producers: [by], consumers: ["Ada"], capacity: null, problem: null, printed: [] };
}
