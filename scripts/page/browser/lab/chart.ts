// The line chart under the picture: waiting, in flight and waiting time over the whole run, with a line
// where the playhead is. Its twin in words stands beside it.

import uPlot from "uplot";
import { element } from "./elements.ts";
import type { RunFigures } from "./figures.ts";

const HEIGHT = 190;
/** As many points as a wide chart has pixels for. */
const POINTS = 600;

/** Each line has a colour, and a dash that no other has. */
export interface Line {
  readonly name: string;
  readonly colour: string;
  readonly dash: readonly number[];
  readonly width: number;
  readonly scale: "number" | "time";
}

/** `flight`: "in flight", or "in work" where the queue does not lend. */
export function linesOf(flight: string): readonly Line[] {
  return [
    { name: "waiting", colour: "--line-waiting", dash: [], width: 2.25, scale: "number" },
    { name: flight, colour: "--line-flight", dash: [5, 3], width: 1.25, scale: "number" },
    { name: "the oldest has waited", colour: "--line-time", dash: [2, 3], width: 1.75, scale: "time" },
  ];
}

export class Chart {
  readonly root = element("div", { class: "chart", role: "img" });
  readonly #lines: readonly Line[];
  readonly #wholeMs: number;
  readonly #data: uPlot.AlignedData;
  readonly #tops: { readonly number: number; readonly time: number };
  readonly #playhead = element("div", { class: "chart-playhead" });
  readonly #onPick: (atMs: number) => void;
  readonly #resized = new ResizeObserver(() => this.#fit());
  #plot: uPlot | null = null;

  /**
   * @param tops The top of both scales, so that two charts side by side can be compared.
   * @param onPick Called with the moment that was clicked.
   */
  constructor(
    figures: RunFigures,
    flight: string,
    tops: { readonly number: number; readonly timeMs: number },
    onPick: (atMs: number) => void,
  ) {
    this.#lines = linesOf(flight);
    this.#wholeMs = figures.wholeMs;
    this.#data = sampled(figures);
    this.#tops = { number: Math.max(4, tops.number), time: Math.max(1, tops.timeMs / 1000) };
    this.#onPick = onPick;
    this.root.setAttribute("aria-label", `Chart over the run: ${this.#lines.map(({ name }) => name).join(", ")}`);
    this.#resized.observe(this.root);
  }

  /** Draws it in the colours that the page has now. */
  draw(): void {
    this.#plot?.destroy();
    const width = this.root.clientWidth;
    if (width === 0) {
      this.#plot = null;
      return;
    }
    this.#plot = new uPlot(this.#options(width), this.#data, this.root);
    this.#plot.over.append(this.#playhead);
    this.#plot.over.addEventListener("click", ({ offsetX }) => {
      if (this.#plot) this.#onPick(this.#plot.posToVal(offsetX, "x") * 1000);
    });
  }

  moveTo(atMs: number): void {
    this.#playhead.style.left = `${((100 * Math.min(atMs, this.#wholeMs)) / this.#wholeMs).toFixed(2)}%`;
  }

  close(): void {
    this.#resized.disconnect();
    this.#plot?.destroy();
    this.#plot = null;
  }

  #fit(): void {
    const width = this.root.clientWidth;
    if (!this.#plot) this.draw();
    else if (width > 0 && width !== this.#plot.width) {
      this.#plot.setSize({ width, height: HEIGHT });
    }
  }

  /** A colour of the page as it is now, light or dark: a canvas takes no `var()`. */
  #colour(name: string): string {
    const probe = element("span", { style: `color: var(${name})`, hidden: true });
    this.root.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  }

  #options(width: number): uPlot.Options {
    const style = getComputedStyle(this.root);
    const colour = (name: string) => this.#colour(name);
    const axis = {
      stroke: colour("--quiet"),
      grid: { stroke: colour("--line"), width: 1 },
      ticks: { stroke: colour("--line"), width: 1 },
      font: `12px ${style.fontFamily}`,
    };
    const { number, time } = this.#tops;
    return {
      width,
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: () => [0, this.#wholeMs / 1000] },
        number: { range: () => [0, number * 1.08] },
        time: { range: () => [0, time * 1.08] },
      },
      axes: [
        { ...axis, size: 32, values: (_plot, splits) => splits.map((split) => `${split} s`) },
        { ...axis, scale: "number", size: 40, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000] },
        {
          ...axis,
          scale: "time",
          side: 1,
          size: 52,
          grid: { show: false },
          values: (_plot, splits) => splits.map((split) => `${split} s`),
        },
      ],
      series: [
        {},
        ...this.#lines.map((line) => ({
          scale: line.scale,
          stroke: colour(line.colour),
          width: line.width,
          dash: [...line.dash],
          points: { show: false },
          paths: line.scale === "number" ? uPlot.paths.stepped?.({ align: 1 }) : undefined,
        })),
      ],
    };
  }
}

/** The legend: a piece of each line, and what it is. */
export function legendOf(flight: string): HTMLElement {
  return element(
    "ul",
    { class: "legend" },
    ...linesOf(flight).map((line, index) => {
      const unit = line.scale === "time" ? " (right scale)" : "";
      return element("li", {}, element("span", { class: `line-sample line-${index + 1}` }), `${line.name}${unit}`);
    }),
  );
}

/** The highest values of a run: what the scales must reach. */
export function topsOf(figures: RunFigures): { readonly number: number; readonly timeMs: number } {
  const oldest = momentsOf(figures).map((atMs) => figures.at(atMs).oldestWaitsMs);
  return { number: Math.max(figures.mostWaiting.count, figures.mostInFlight), timeMs: Math.max(...oldest) };
}

function sampled(figures: RunFigures): uPlot.AlignedData {
  const rows = momentsOf(figures).map((atMs) => figures.at(atMs));
  return [
    rows.map(({ atMs }) => atMs / 1000),
    rows.map(({ waiting }) => waiting),
    rows.map(({ inFlight }) => inFlight),
    rows.map(({ oldestWaitsMs }) => oldestWaitsMs / 1000),
  ];
}

function momentsOf({ durationMs }: RunFigures): number[] {
  return Array.from({ length: POINTS + 1 }, (_, index) => (index * durationMs) / POINTS);
}
