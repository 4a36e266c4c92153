// One run of a lab, recorded: the scene is set going on the lesson's code, and virtual time passes until
// the run is over. Runs alike in a browser's worker and in Node.

import { realNow, realPause, type VirtualClock } from "../../test/support/virtual-time/clock.ts";
import { Board } from "./board.ts";
import { BrokenPromises } from "./broken-promises.ts";
import { diceOf } from "./dice.ts";
import type { LabEvent, Recording } from "./events.ts";
import type { Calling, Cast, Heartbeat } from "./heartbeat.ts";
import type { Lab, Settings } from "./lab.ts";
import { keepPrinted, type Line } from "./printing.ts";
import { type Problem, pollsWithoutEnd, spins, thrown, tooMuchHappens } from "./problem.ts";
import type { Happening, Stage } from "./stage.ts";
import { onStrayErrors } from "./stray-errors.ts";

const MOST_EVENTS = 20_000;
/** Instants at which a timer fired: a run of a minute has some thousands, and a browser takes 0.15 ms for each. */
const MOST_INSTANTS = 30_000;
/** A heartbeat comes after so much time of the lab, or sooner where the code takes long. */
const STEP_MS = 1_000;
const LONGEST_STEP_REAL_MS = 50;
/** What work offstage may take before time goes on without it. */
const MOST_OFFSTAGE_REAL_MS = 50;

export interface RunSettings {
  /** The knobs; those that are not named have their usual values. */
  readonly settings: Settings;
  readonly seed: number;
}

/** Runs `lab` on `given`, the exports of its files, for its whole time. Never rejects for what the code does. */
export function runLab<Given>(
  lab: Lab<Given>,
  given: Given,
  settings: RunSettings,
  clock: VirtualClock,
  report: (heartbeat: Heartbeat) => void,
): Promise<Recording> {
  return new Run(lab, given, settings, clock, report).recorded();
}

class Run<Given> {
  readonly #lab: Lab<Given>;
  readonly #given: Given;
  readonly #clock: VirtualClock;
  readonly #report: (heartbeat: Heartbeat) => void;
  readonly #knobs: Settings;
  readonly #random: (name: string) => number;

  readonly #events: LabEvent[] = [];
  readonly #printed: Line[] = [];
  #cast: Cast = { producers: [], consumers: [], capacity: null };
  /** How much of each the last heartbeat has told. */
  #told = { events: 0, printed: 0, cast: this.#cast };

  #board = new Board([], []);
  #promises = new BrokenPromises(this.#board);
  #readCounts: (() => { waiting: number; inFlight?: number }) | undefined;
  #countsSeen = "";

  /** Those that have not come back, in the order in which they were made. */
  readonly #calling = new Set<Calling>();
  /** Work offstage that time waits for. */
  readonly #offstage = new Set<Promise<unknown>>();
  readonly #over = new AbortController();
  #problem: Problem | null = null;
  #isOver = false;
  #instants = 0;
  #restedAtMs = 0;

  constructor(
    lab: Lab<Given>,
    given: Given,
    { settings, seed }: RunSettings,
    clock: VirtualClock,
    report: (heartbeat: Heartbeat) => void,
  ) {
    this.#lab = lab;
    this.#given = given;
    this.#clock = clock;
    this.#report = report;
    const usual = Object.entries(lab.knobs).map(([name, { value }]) => [name, value]);
    this.#knobs = { ...Object.fromEntries(usual), ...settings };
    this.#random = diceOf(seed);
  }

  async recorded(): Promise<Recording> {
    this.#clock.reset();
    const nowMs = () => this.#clock.nowMs;
    const giveConsoleBack = keepPrinted(nowMs, (line) => this.#isOver || this.#printed.push(line));
    const stopListening = onStrayErrors((error) => this.#fail(thrown(error, nowMs())));
    try {
      await this.#play();
      const durationMs = this.#clock.nowMs;
      this.#tell();
      this.#isOver = true;
      this.#over.abort(new Error("The run of the lab is over."));
      // What ends with the signal ends unseen.
      await this.#clock.quiet();
      return {
        events: this.#events,
        durationMs,
        ...this.#cast,
        problem: this.#problem?.text ?? null,
        ...(this.#problem ? { problemKind: this.#problem.kind } : {}),
        printed: this.#printed,
      };
    } finally {
      stopListening();
      giveConsoleBack();
      this.#clock.reset();
    }
  }

  async #play(): Promise<void> {
    const { durationMs } = this.#lab;
    this.#begin();
    // Keeps time going where nothing else does.
    this.#clock.timers.create(() => {}, durationMs, [], false);
    while (!this.#problem && this.#clock.nowMs < durationMs) {
      const untilMs = Math.min(durationMs, this.#clock.nowMs + STEP_MS);
      const sinceMs = realNow();
      const givenUp = await this.#clock.until(() => {
        this.#atRest();
        const isLong = realNow() - sinceMs > LONGEST_STEP_REAL_MS;
        const isTimeToStop = this.#problem !== null || this.#offstage.size > 0;
        return isTimeToStop || isLong || this.#clock.nowMs >= untilMs;
      });
      if (givenUp) this.#fail(spins(this.#clock.nowMs, this.#lastCall()));
      await this.#waitForOffstage();
      this.#tell();
    }
  }

  #begin(): void {
    try {
      Promise.resolve(this.#lab.scene(this.#given, this.#stage())).catch((error) =>
        this.#fail(thrown(error, this.#clock.nowMs)),
      );
    } catch (error) {
      this.#fail(thrown(error, this.#clock.nowMs));
    }
  }

  #stage(): Stage {
    const clock = this.#clock;
    return {
      knobs: this.#knobs,
      get nowMs() {
        return clock.nowMs;
      },
      signal: this.#over.signal,
      random: this.#random,
      wait: (ms) => new Promise((resolve) => clock.timers.create(() => resolve(), ms, [], false)),
      cast: (cast) => this.#setCast(cast),
      note: (happening) => this.#note(happening),
      calls: (what, call) => this.#called(what, call),
      offstage: (work) => this.#waitedFor(work),
      counts: (read) => {
        this.#readCounts = read;
      },
    };
  }

  #setCast({ producers, consumers, capacity }: Cast): void {
    this.#cast = { producers, consumers, capacity };
    this.#board = new Board(producers, consumers);
    this.#promises = new BrokenPromises(this.#board);
  }

  #note(happening: Happening): void {
    if (this.#isOver || this.#problem) return;
    if (happening.kind !== "broken") {
      this.#write(happening);
      return;
    }
    const text = this.#promises.told(happening.text);
    if (text !== null) this.#write({ ...happening, text });
  }

  #write(happening: Happening): void {
    const event = { ...happening, atMs: this.#clock.nowMs } as LabEvent;
    const broken = this.#promises.seenIn(event);
    this.#events.push(event);
    this.#board.apply(event);
    for (const promise of broken) this.#note({ kind: "broken", ...promise });
    if (this.#events.length >= MOST_EVENTS) this.#fail(tooMuchHappens(this.#events.length, this.#clock.nowMs));
  }

  #called<T>(what: string, call: () => T): T {
    const calling = { what, atMs: this.#clock.nowMs };
    this.#calling.add(calling);
    // Before, not after: it may be the call that never comes back.
    this.#tell();
    const isBack = () => this.#calling.delete(calling);
    try {
      const result = call();
      if (isPromise(result)) result.then(isBack, isBack);
      else isBack();
      return result;
    } catch (error) {
      isBack();
      throw error;
    }
  }

  #waitedFor<T>(work: Promise<T>): Promise<T> {
    this.#offstage.add(work);
    const isSettled = () => this.#offstage.delete(work);
    work.then(isSettled, isSettled);
    return work;
  }

  async #waitForOffstage(): Promise<void> {
    const sinceMs = realNow();
    while (this.#offstage.size > 0 && !this.#problem) {
      if (realNow() - sinceMs > MOST_OFFSTAGE_REAL_MS) {
        this.#offstage.clear();
        return;
      }
      await realPause(0);
      if (await this.#clock.quiet()) this.#fail(spins(this.#clock.nowMs, this.#lastCall()));
    }
  }

  /** All that could happen at this instant has happened. */
  #atRest(): void {
    const { nowMs } = this.#clock;
    if (nowMs > this.#restedAtMs) this.#instants += 1;
    this.#restedAtMs = nowMs;
    for (const error of this.#clock.thrown.splice(0)) this.#fail(thrown(error, nowMs));
    if (this.#instants >= MOST_INSTANTS) this.#fail(pollsWithoutEnd(this.#instants, nowMs, this.#lastCall()));
    if (!this.#readCounts || this.#problem) return;
    try {
      const { waiting, inFlight } = this.#readCounts();
      const seen = `${waiting} ${inFlight}`;
      if (seen !== this.#countsSeen) {
        this.#countsSeen = seen;
        this.#note({ kind: "counts", waiting, ...(inFlight === undefined ? {} : { inFlight }) });
      }
      for (const promise of this.#promises.seenAtRest(nowMs)) this.#note({ kind: "broken", ...promise });
    } catch (error) {
      this.#fail(thrown(error, nowMs));
    }
  }

  /** The first problem is the one that is told. */
  #fail(problem: Problem): void {
    if (!this.#isOver) this.#problem ??= problem;
  }

  #lastCall(): Calling | null {
    let last: Calling | null = null;
    for (const calling of this.#calling) last = calling;
    return last;
  }

  #tell(): void {
    if (this.#isOver) return;
    const { events, printed, cast } = this.#told;
    this.#report({
      atMs: this.#clock.nowMs,
      events: this.#events.slice(events),
      printed: this.#printed.slice(printed),
      calling: this.#lastCall(),
      ...(cast === this.#cast ? {} : { cast: this.#cast }),
    });
    this.#told = { events: this.#events.length, printed: this.#printed.length, cast: this.#cast };
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}
