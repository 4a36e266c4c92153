// The runs that are seen, one or two, on one clock: their pictures above the player, their numbers below it.

import type { Recording } from "../../../lab/events.ts";
import type { Lab } from "../../../lab/lab.ts";
import { Chart, topsOf } from "./chart.ts";
import { FiguresPanel } from "./figures-panel.ts";
import { Panel } from "./panel.ts";
import type { Subject } from "./runs.ts";

const TITLES: Readonly<Record<Subject, string>> = { yours: "Your code", reference: "The reference" };

export class RunScreens {
  readonly #lab: Lab;
  readonly #pictures: HTMLElement;
  readonly #numbers: HTMLElement;
  readonly #onPick: (atMs: number) => void;
  #panels: readonly Panel[] = [];
  #figures: readonly FiguresPanel[] = [];

  /** @param onPick Called with a moment that was clicked in a chart. */
  constructor(lab: Lab, pictures: HTMLElement, numbers: HTMLElement, onPick: (atMs: number) => void) {
    this.#lab = lab;
    this.#pictures = pictures;
    this.#numbers = numbers;
    this.#onPick = onPick;
  }

  /** The longest of them. */
  get durationMs(): number {
    return Math.max(0, ...this.#panels.map(({ recording }) => recording.durationMs));
  }

  /** The moments at which something happens in one of them, each once, in order. */
  get moments(): readonly number[] {
    return [...new Set(this.#panels.flatMap(({ figures }) => figures.moments))].sort((one, other) => one - other);
  }

  /** The moments at which a promise was seen to be broken. */
  get troubles(): readonly number[] {
    const broken = this.#panels.flatMap(({ recording }) => recording.events.filter(({ kind }) => kind === "broken"));
    return [...new Set(broken.map(({ atMs }) => atMs))];
  }

  /** @param notes Where the code of each run is from. */
  put(recordings: ReadonlyMap<Subject, Recording>, notes: Readonly<Record<Subject, string>>): void {
    for (const { chart } of this.#figures) chart.close();
    this.#panels = [...recordings].map(([subject, run]) => new Panel(this.#lab, subject, run, notes[subject]));
    const tops = this.#panels.map(({ figures }) => topsOf(figures));
    const top = {
      number: Math.max(...tops.map(({ number }) => number)),
      timeMs: Math.max(...tops.map(({ timeMs }) => timeMs)),
    };
    const flight = this.#lab.parts.includes("tray") ? "in flight" : "in work";
    this.#figures = this.#panels.map(({ subject, figures }) => {
      const title = recordings.size > 1 ? TITLES[subject] : null;
      return new FiguresPanel(title, figures, flight, new Chart(figures, flight, top, this.#onPick));
    });
    this.#pictures.replaceChildren(...this.#panels.map(({ root }) => root));
    this.#numbers.replaceChildren(...this.#figures.map(({ root }) => root));
  }

  show(atMs: number, flightMs: number): void {
    for (const panel of this.#panels) panel.show(atMs, flightMs);
    for (const panel of this.#figures) panel.show(atMs);
  }

  /** What was said, and what was seen to break, after `fromMs` and up to `toMs`: for those who do not look. */
  toldBetween(fromMs: number, toMs: number): string {
    const told = this.#panels
      .flatMap(({ recording }) => recording.events)
      .flatMap((event) => {
        if (event.atMs <= fromMs || event.atMs > toMs) return [];
        if (event.kind === "broken") return [`Broken promise: ${event.text}`];
        return event.kind === "says" ? [event.text] : [];
      });
    return [...new Set(told)].slice(-3).join(" ");
  }

  /** Draws the charts anew, in the colours that the page has now. */
  recolour(): void {
    for (const { chart } of this.#figures) chart.draw();
  }
}
