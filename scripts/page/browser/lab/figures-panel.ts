// The numbers of one run on the page: the chart, its twin in words, and Little's law at the playhead.

import { type Chart, legendOf } from "./chart.ts";
import { element, sign, write } from "./elements.ts";
import type { RunFigures } from "./figures.ts";
import { figuresInWords, lawInWords } from "./figures-words.ts";

const SIGNS = { agrees: "✓", "not yet": "≠", "nothing yet": "○" };
const VERDICTS = { agrees: "They agree.", "not yet": "Not yet.", "nothing yet": "Too early." };

export class FiguresPanel {
  readonly root: HTMLElement;
  readonly chart: Chart;
  readonly #figures: RunFigures;
  readonly #flight: string;
  readonly #words = element("p", { class: "figures-words" });
  readonly #numbers = { inside: number(), perSecond: number(), stay: number(), product: number() };
  readonly #verdict = element("p", { class: "law-verdict" });
  readonly #glyph = sign("");
  readonly #verdictWord = element("strong");
  readonly #why = element("span");

  constructor(title: string | null, figures: RunFigures, flight: string, chart: Chart) {
    this.#figures = figures;
    this.#flight = flight;
    this.chart = chart;
    this.#verdict.append(this.#glyph, " ", this.#verdictWord, " ", this.#why);
    this.root = element(
      "div",
      { class: "run-figures" },
      title === null ? null : element("h3", {}, title),
      legendOf(flight),
      chart.root,
      this.#words,
      this.#law(),
    );
  }

  show(atMs: number): void {
    const moment = Math.min(atMs, this.#figures.durationMs);
    this.chart.moveTo(moment);
    write(this.#words, figuresInWords(this.#figures, moment, this.#flight));
    const law = lawInWords(this.#figures.littlesLawAt(moment));
    for (const name of ["inside", "perSecond", "stay", "product"] as const) write(this.#numbers[name], law[name]);
    this.#verdict.dataset.verdict = law.verdict;
    write(this.#glyph, SIGNS[law.verdict]);
    write(this.#verdictWord, VERDICTS[law.verdict]);
    write(this.#why, law.words);
  }

  #law(): HTMLElement {
    const { inside, perSecond, stay, product } = this.#numbers;
    const cell = (term: string, meaning: string, value: HTMLElement) =>
      element("div", {}, element("dt", {}, element("b", {}, term), ` ${meaning}`), element("dd", {}, value));
    return element(
      "div",
      { class: "law" },
      element("h3", {}, "Little's law: L = λ × W"),
      element(
        "dl",
        {},
        cell("L", "inside on average", inside),
        cell("λ", "came in", perSecond),
        cell("W", "one stays", stay),
        cell("λ × W", "must be L", product),
      ),
      this.#verdict,
    );
  }
}

function number(): HTMLElement {
  return element("span", { class: "measured" });
}
