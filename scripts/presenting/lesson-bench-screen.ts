// The figures of `npm run bench 03`: a table for each comparison, and how the costs grow.

import type { Unit } from "../../test/support/bench.ts";
import type { Row } from "../benching/measured.ts";
import { barChart } from "./bar-chart.ts";
import { growthChart } from "./growth-chart.ts";

// A name and four sizes fill 100 columns.
const NAME = 20;
const COST = 12;
const RATIO = 8;

/** One comparison, measured. The first row is what the others are compared with. */
export interface MeasuredBench {
  title: string;
  per: string;
  sizes: readonly number[];
  /** Nothing is to be seen growing: contenders are compared at one size. */
  isOfOneSize?: boolean;
  /** Default: "ns". */
  unit?: Unit | undefined;
  rows: readonly Row[];
  /** After how many seconds a contender was given up. */
  budgetSeconds: number;
}

export function lessonBenchHeading(lessonTitle: string, subject: string, peers: readonly string[]): string {
  const machine = `Node ${process.versions.node}, ${process.platform} ${process.arch}`;
  return [`${lessonTitle}: ${subject}`, `Beside: ${[...peers, machine].join(", ")}`].join("\n");
}

export function measuredBenchScreen(bench: MeasuredBench): string {
  return bench.isOfOneSize ? screenOfOneSize(bench) : screenOfGrowth(bench);
}

/** A bar for each contender. */
function screenOfOneSize({ title, per, unit = "ns", rows, budgetSeconds }: MeasuredBench): string {
  const own = rows[0]?.costsNs[0];
  const bars = rows.map(({ name, costsNs: [cost] }, row) => {
    const beside = row === 0 || own === undefined || cost === undefined ? "" : ` (${ratio(cost / own)})`;
    const label =
      cost === undefined ? `given up after ${budgetSeconds} s` : `${inUnit(cost, unit)} ${shownAs(unit)}${beside}`;
    return { name, value: cost, label };
  });
  return [title, `${shownAs(unit)} per ${per}`, "", barChart(bars)].join("\n");
}

function screenOfGrowth({ title, per, sizes, unit = "ns", rows, budgetSeconds }: MeasuredBench): string {
  const marks = marksOf(rows.map(({ name }) => name));
  const own = rows[0]?.costsNs ?? [];
  const head = sizes.map((size) => `n = ${grouped(size)}`.padStart(COST) + " ".repeat(RATIO));
  const table = rows.map(({ name, costsNs }, row) => {
    const figures = costsNs.map((cost, column) => {
      if (cost === undefined) return givenUp(costsNs, column, budgetSeconds);
      const ownCost = own[column];
      const beside = row === 0 || ownCost === undefined ? "" : ratio(cost / ownCost);
      return inUnit(cost, unit).padStart(COST) + beside.padStart(RATIO);
    });
    return (`${marks[row]} ${name}`.padEnd(NAME) + figures.join("")).trimEnd();
  });
  const chart = growthChart(
    rows.map(({ costsNs }, row) => ({ mark: marks[row] ?? "?", costsNs })),
    sizes.map(grouped),
  );
  return [title, (`${shownAs(unit)} per ${per}`.padEnd(NAME) + head.join("")).trimEnd(), ...table, "", chart].join(
    "\n",
  );
}

const NANOSECONDS: Record<Unit, number> = { ns: 1, us: 1e3, ms: 1e6 };

function inUnit(costNs: number, unit: Unit): string {
  return grouped(costNs / NANOSECONDS[unit]);
}

/** Said once: what was too much at one size is not tried at the next. */
function givenUp(costsNs: Row["costsNs"], column: number, budgetSeconds: number): string {
  const isFirst = costsNs.indexOf(undefined) === column;
  return (isFirst ? `given up after ${budgetSeconds} s` : "").padStart(COST + RATIO);
}

/** The learner's row has the dot; each of the others the first letter of its name that is free. */
function marksOf(names: readonly string[]): string[] {
  const marks: string[] = ["●"];
  for (const name of names.slice(1)) {
    const letters = [...name.toLowerCase(), "*"].filter((letter) => /[a-z*]/.test(letter));
    marks.push(letters.find((letter) => !marks.includes(letter)) ?? "*");
  }
  return marks;
}

function ratio(times: number): string {
  return `${times >= 100 ? grouped(times) : times.toFixed(times >= 10 ? 0 : 1)}x`;
}

function grouped(value: number): string {
  return Math.round(value).toLocaleString("en");
}

function shownAs(unit: Unit): string {
  return unit === "us" ? "µs" : unit;
}
