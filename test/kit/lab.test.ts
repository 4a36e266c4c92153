// Every lab, on the reference: it runs, runs alike each time, decides its bets, can have its to-dos ticked,
// and its picture and its figures add up. And a queue that breaks a promise is seen to break it.

import { existsSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { workbookFolder } from "../../scripts/compiling/compiled.mjs";
import type { Recording } from "../../scripts/lab/events.ts";
import type { Lab, Settings } from "../../scripts/lab/lab.ts";
import { type Picture, pictureAt } from "../../scripts/lab/picture.ts";
import { eventsOf } from "../../scripts/lab/reading.ts";
import { runLab } from "../../scripts/lab/run.ts";
import { allLessons } from "../../scripts/lessons/catalog.ts";
import { RunFigures } from "../../scripts/page/browser/lab/figures.ts";
import { clock } from "../support/virtual-time/install.ts";

type Exports = Record<string, unknown>;

const inWorkbook = (file: string) => path.join(workbookFolder, file);

const slugs = allLessons()
  .map(({ slug }) => slug)
  .filter((slug) => existsSync(inWorkbook(`test/${slug}/lab/lab.ts`)));

/** To-dos that no preset shows: where to begin, and what to turn. */
const BY_HAND: Record<string, Record<string, { preset: string; turned: Settings }>> = {
  "01-batch-receive": {
    "forty-in-a-second": { preset: "a-steady-stream", turned: { backlog: 40 } },
    "sixty-wait": { preset: "one-by-one", turned: { arrivals: 30, batchSize: 16 } },
  },
  "02-process-forever": {
    "three-empty-batches": { preset: "nothing-to-do", turned: { pollMs: 0 } },
    "stopped-in-the-pause": { preset: "nothing-to-do", turned: { stopMs: 4_600 } },
    "stopped-on-a-trip": { preset: "a-bad-message", turned: { stopMs: 100 } },
    "ten-a-second": { preset: "a-bad-message", turned: { serviceMs: 200, arrivals: 17 } },
  },
  "03-queues-and-backpressure": {
    "all-hands-free": { preset: "enough-workers", turned: { burst: 12 } },
    "thirty-outside": { preset: "enough-workers", turned: { consumers: 1, burst: 20 } },
  },
};

async function labOf(slug: string): Promise<Lab<Exports>> {
  return ((await import(inWorkbook(`test/${slug}/lab/lab.ts`))) as { lab: Lab<Exports> }).lab;
}

async function exportsOf(files: readonly string[]): Promise<Exports> {
  const modules = await Promise.all(files.map((file) => import(inWorkbook(file)) as Promise<Exports>));
  return Object.assign({}, ...modules) as Exports;
}

function run(lab: Lab<Exports>, given: Exports, settings: Settings = {}, seed = 1): Promise<Recording> {
  return runLab(lab, given, { settings, seed }, clock, () => {});
}

describe.each(slugs)("the lab of %s", (slug) => {
  let lab: Lab<Exports>;
  let given: Exports;
  /** One run of each preset, by its id. */
  const runs = new Map<string, Recording>();
  const runOf = (preset: string | undefined): Recording => runs.get(preset ?? "") as Recording;

  beforeAll(async () => {
    lab = await labOf(slug);
    given = await exportsOf(lab.files.map((file) => `solutions/${file}`));
    for (const { id, settings, seed } of lab.presets) runs.set(id, await run(lab, given, settings, seed));
  });

  test("every preset runs to its end, without a problem, and breaks no promise", () => {
    for (const [id, recording] of runs) {
      expect(recording.problem, id).toBeNull();
      expect(recording.durationMs, id).toBe(lab.durationMs);
      expect(eventsOf(recording, "broken"), id).toEqual([]);
    }
  });

  test("the same settings and the same seed give the same run", async () => {
    for (const { id, settings, seed } of lab.presets) {
      expect(await run(lab, given, settings, seed), id).toEqual(runOf(id));
    }
  });

  test("every event comes after those before it, and within the run", () => {
    for (const { events, durationMs } of runs.values()) {
      const times = events.map(({ atMs }) => atMs);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times.at(-1) ?? 0).toBeLessThanOrEqual(durationMs);
    }
  });

  test("presets set knobs that there are, to values that these can have", () => {
    for (const { id, settings, showsAtMs } of lab.presets) {
      expect(showsAtMs, id).toBeLessThan(lab.durationMs);
      for (const [name, value] of Object.entries(settings)) expectToBeOn(lab, name, value);
    }
    for (const [name, { value }] of Object.entries(lab.knobs)) expectToBeOn(lab, name, value);
  });

  test("ids are used once", () => {
    for (const things of [lab.presets, lab.bets, lab.todos]) {
      const ids = things.map(({ id }) => id);
      expect(ids).toEqual([...new Set(ids)]);
    }
  });

  test("every bet is decided by a run, and says why", () => {
    for (const { id, preset, options, outcome, because } of lab.bets) {
      const recording = runOf(preset);
      expect(options[outcome(recording)], `${id}: ${outcome(recording)}`).toBeTypeOf("string");
      expect(because(recording), id).toMatch(/\d.*[.?]$/s);
    }
  });

  test("every to-do comes about in a preset, or with the knobs that are given here", async () => {
    for (const { id, happensAtMs } of lab.todos) {
      const byHand = BY_HAND[slug]?.[id];
      const from = lab.presets.find((preset) => preset.id === byHand?.preset);
      const runsByHand = byHand ? [await run(lab, given, { ...from?.settings, ...byHand.turned }, from?.seed)] : [];
      const times = [...runs.values(), ...runsByHand].map(happensAtMs).filter((atMs) => atMs !== null);
      expect(times.length, `${id}: how many runs it happens in`).toBeGreaterThan(0);
      expect(Math.max(...times), id).toBeLessThanOrEqual(lab.durationMs);
    }
  });

  test("the first frame shows something", () => {
    const preset = lab.presets[0];
    const { outside, slots, tray, consumers, dead, refused } = pictureAt(runOf(preset?.id), preset?.showsAtMs ?? 0);
    const inHand = consumers.flatMap(({ holds }) => holds);
    expect([...outside, ...slots, ...tray, ...inHand, ...dead, ...refused].length).toBeGreaterThan(0);
  });

  test("every item is in one place at a time, also when the picture is wound back", () => {
    for (const recording of runs.values()) {
      const steps = Array.from({ length: 100 }, (_, step) => (step * recording.durationMs) / 99);
      const forward = steps.map((atMs) => pictureAt(recording, atMs));
      for (const picture of forward) expectOnePlaceEach(picture);
      const backward = steps.toReversed().map((atMs) => pictureAt(recording, atMs));
      expect(backward.toReversed()).toEqual(forward);
    }
  });

  test("Little's law holds, up to those who are still inside", () => {
    for (const recording of runs.values()) {
      const figures = new RunFigures(recording, lab.durationMs);
      for (const atMs of [recording.durationMs / 10, recording.durationMs / 2, recording.durationMs]) {
        const { inside, perSecond, stayS, stillInside } = figures.littlesLawAt(atMs);
        expect(Math.abs(inside - meanInside(recording, atMs))).toBeLessThan(0.05 * inside + 0.05);
        // Nobody who is inside has been there for longer than the run: each makes a difference of 1 at most.
        if (stayS !== null) expect(Math.abs(inside - perSecond * stayS)).toBeLessThanOrEqual(stillInside + 1e-9);
      }
    }
  });
});

describe("wrong answers of lesson 04 are seen to be wrong", () => {
  const slug = "04-visibility-queue";
  test.each([
    ["goes-to-every-receiver", "calm", /^Order 1 was handed to Bob while it is Ada's until/],
    ["timed-out-receiver-takes-it", "calm", /^0 deliveries had expired, and requeueExpired said 1\.$/],
    ["acked-message-comes-back", "calm", /^0 deliveries had expired, and requeueExpired said 1\.$/],
    ["younger-ones-come-back-too", "crash", /^1 delivery had expired, and requeueExpired said 2\.$/],
    ["counts-no-redelivery", "crash", /^Order 6 came as delivery 1, and the one before was delivery 1\.$/],
    ["receive-requeues", "crash", /came back, and nobody had called requeueExpired\.$/],
    ["receipt-is-message-id", "short-timeout", /late ack of order 3 was accepted, though it is Ada's by now\.$/],
    ["unknown-receipt-is-ignored", "short-timeout", /late ack of order 1 was accepted, though it was taken back\.$/],
    ["requeued-to-the-back", "short-timeout", /^Ada got order 1, and order 3 stood in front of it\.$/],
    ["dead-one-late", "poison", /^Order 6 is dead after 4 deliveries, and 3 are allowed\.$/],
  ])("%s, in %s", async (wrong, preset, text) => {
    const lab = await labOf(slug);
    const given = await exportsOf([`test/${slug}/wrong/${wrong}.ts`]);
    const { settings, seed } = lab.presets.find(({ id }) => id === preset) ?? {};
    const recording = await run(lab, given, settings, seed);
    expect(recording.problem).toBeNull();
    expect(eventsOf(recording, "broken")[0]?.text).toMatch(text);
  });

  test("right answers are not", async () => {
    const lab = await labOf(slug);
    const right = ["generations", "pump-in-set-immediate", "woken-and-looks-again", "signal-any-counts-the-dead"];
    for (const name of right) {
      const given = await exportsOf([`test/${slug}/right/${name}.ts`]);
      for (const { id, settings, seed } of lab.presets) {
        const { problem, events } = await run(lab, given, settings, seed);
        expect(problem, `${name}, ${id}`).toBeNull();
        expect(
          events.filter(({ kind }) => kind === "broken"),
          `${name}, ${id}`,
        ).toEqual([]);
      }
    }
  });

  test("the starter is a to-do", async () => {
    const lab = await labOf(slug);
    const { problem, problemKind } = await run(lab, await exportsOf([`test/${slug}/starter/visibility-queue.ts`]));
    expect({ problem, problemKind }).toEqual({ problem: "The constructor is not written yet.", problemKind: "todo" });
  });
});

/** A knob at a value that can be set: within its limits, and on one of its steps. */
function expectToBeOn(lab: Lab<Exports>, name: string, value: number): void {
  const knob = lab.knobs[name];
  expect(knob, `the knob ${name}`).toBeDefined();
  if (!knob) return;
  expect(value, name).toBeGreaterThanOrEqual(knob.least);
  expect(value, name).toBeLessThanOrEqual(knob.most);
  const steps = (value - knob.least) / knob.step;
  expect(steps, name).toBeCloseTo(Math.round(steps), 6);
}

/** Items that have left the queue and are in a consumer's hand. */
function onlyInHand({ consumers, tray }: Picture): number[] {
  const held = consumers.flatMap(({ holds }) => holds.filter(({ isStale }) => !isStale).map(({ item }) => item));
  return held.filter((item) => tray.every((flight) => flight.item !== item));
}

function expectOnePlaceEach(picture: Picture): void {
  const { producers, outside, slots, tray, dead, failed, lost, counts } = picture;
  const atTheDoor = new Set(outside.map(({ item }) => item));
  const made = producers.flatMap(({ holds }) => holds.filter(({ item }) => !atTheDoor.has(item)));
  const places = [...made, ...outside, ...slots, ...tray, ...dead, ...failed, ...lost].map(({ item }) => item);
  places.push(...onlyInHand(picture));
  expect(places.toSorted((a, b) => a - b)).toEqual([...new Set(places)].toSorted((a, b) => a - b));
  expect(places.length + counts.finished + counts.refused, `at ${picture.atMs} ms`).toBe(counts.made);
}

/** How many are in the queue or in work on average, up to `atMs`: by looking a thousand times. */
function meanInside(recording: Recording, atMs: number): number {
  const looks = 1000;
  let inside = 0;
  for (let look = 0; look < looks; look++) {
    const picture = pictureAt(recording, ((look + 0.5) * atMs) / looks);
    inside += picture.slots.length + picture.tray.length + onlyInHand(picture).length;
  }
  return inside / looks;
}
