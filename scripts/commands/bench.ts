// npm run bench 03: your implementation's speed and growth beside its peers. Without a lesson, for
// authors: how long a learner waits for a verdict, beside plain Vitest. Figures and ratios of this
// machine at this moment; nothing is judged by them.

import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { coldStarts } from "../authoring/bench-cold.ts";
import { pageTimes } from "../authoring/bench-page.ts";
import { saveToVerdict } from "../authoring/bench-watch.ts";
import { DidNotGetThrough, describe, measure, type Row } from "../benching/measured.ts";
import { EXIT, UsageError } from "../command-line/failures.ts";
import { oneTarget, readArguments, subjectOf } from "../command-line/options.ts";
import { liveLine, print, tell, withClearEnds } from "../command-line/output.ts";
import { benchFile, compileBench } from "../compiling/bench.ts";
import { workbookFolder } from "../compiling/compiled.mjs";
import { DoesNotLoad } from "../compiling/learner.ts";
import type { Subject } from "../grading/subject.ts";
import { allLessons, type Lesson } from "../lessons/catalog.ts";
import { textOf } from "../lessons/text.ts";
import { benchScreen } from "../presenting/bench-screen.ts";
import { lessonBenchHeading, measuredBenchScreen } from "../presenting/lesson-bench-screen.ts";

/** `--items` names the last to be measured. */
const SIZES = [1_000, 10_000, 100_000, 1_000_000];

/** Enough for a million items in most peers, and short enough to wait for what grows with the square. */
const BUDGET_SECONDS = 10;

/** Where a comparison has one size, it is not to be given up: there is no smaller one that says as much. */
const BUDGET_OF_ONE_SIZE_SECONDS = 60;

/** Of one size. The fastest counts. */
const MOST_ROUNDS = 25;

interface Limits {
  /** `--items`: no size is larger. */
  most: number;
  sizes: number[];
  /** `--seconds`: how long one round may take before its contender is given up. */
  budgetMs: number;
  /** `--rounds`: of one size. 1 gives rough figures soon. */
  mostRounds: number;
}

export function run(args: string[]): Promise<number> {
  return withClearEnds(async () => {
    const { values, positionals } = readArguments(args, {
      solution: { type: "boolean" },
      dir: { type: "string" },
      items: { type: "string" },
      seconds: { type: "string" },
      rounds: { type: "string" },
      runs: { type: "string" },
    });
    const { runs, ...forLessons } = values;
    if (positionals.length > 0) {
      if (runs !== undefined) throw new UsageError("--runs goes without a lesson: npm run bench -- --runs 9.");
      const { lesson } = oneTarget(positionals, "bench");
      return benchLesson(lesson, subjectOf(values, [lesson]), limitsOf(values));
    }
    const [stray] = Object.keys(forLessons);
    if (stray) throw new UsageError(`--${stray} goes with a lesson: npm run bench 03 -- --${stray} …`);
    return benchWaitingTimes(Math.max(3, Number(runs) || 9));
  });
}

async function benchLesson(
  lesson: Lesson,
  subject: Subject,
  { most, sizes, budgetMs, mostRounds }: Limits,
): Promise<number> {
  if (!existsSync(benchFile(lesson))) throw new UsageError(`Lesson ${lesson.number} has no bench. ${lessonsWithOne()}`);
  const live = liveLine();
  try {
    const program = await compileBench(subject, lesson);
    try {
      const { benches, peers } = await describe(program.file, budgetMs);
      print(lessonBenchHeading(`${lesson.number} ${textOf(lesson).title}`, subject.shownAs, peers.map(withVersion)));
      for (const [bench, of] of benches.entries()) {
        const rows: Row[] = [];
        const sizesOfIt = of.sizes?.map((size) => Math.min(size, most)) ?? sizes;
        const budgetOfItMs = of.sizes ? Math.max(budgetMs, BUDGET_OF_ONE_SIZE_SECONDS * 1000) : budgetMs;
        for (const [contender, name] of of.contenders.entries()) {
          live.show(`${of.title}: ${name}`);
          rows.push(
            await measure(
              program.file,
              { bench, contender, of },
              { sizes: sizesOfIt, budgetMs: budgetOfItMs, mostRounds },
            ),
          );
        }
        live.done();
        print(
          `\n${measuredBenchScreen({ ...of, sizes: sizesOfIt, isOfOneSize: of.sizes?.length === 1, rows, budgetSeconds: budgetOfItMs / 1000 })}`,
        );
      }
      return EXIT.fine;
    } finally {
      program.remove();
    }
  } catch (error) {
    live.done();
    if (error instanceof DoesNotLoad) throw new UsageError(error.message);
    if (!(error instanceof DidNotGetThrough)) throw error;
    tell(error.message);
    return EXIT.notPassed;
  }
}

/** @throws {UsageError} */
function limitsOf({
  items,
  seconds,
  rounds,
}: { [name in "items" | "seconds" | "rounds"]?: string | undefined }): Limits {
  const most = items === undefined ? Number.POSITIVE_INFINITY : Number(items);
  if (items !== undefined && !SIZES.includes(most))
    throw new UsageError(`--items takes the largest size to measure: ${SIZES.join(", ")}. It got ${items}.`);
  const budget = seconds === undefined ? BUDGET_SECONDS : Number(seconds);
  if (!(budget >= 0.1 && budget <= 600))
    throw new UsageError(`--seconds takes a number from 0.1 to 600. It got ${seconds}.`);
  const mostRounds = rounds === undefined ? MOST_ROUNDS : Number(rounds);
  if (!(Number.isInteger(mostRounds) && mostRounds >= 1 && mostRounds <= 1000))
    throw new UsageError(`--rounds takes a whole number from 1 to 1000. It got ${rounds}.`);
  return { most, sizes: SIZES.filter((size) => size <= most), budgetMs: budget * 1000, mostRounds };
}

function lessonsWithOne(): string {
  const numbers = allLessons().flatMap((lesson) => (existsSync(benchFile(lesson)) ? [lesson.number] : []));
  return numbers.length === 0 ? "None has." : `These have: ${numbers.join(", ")}.`;
}

/** "fastq 1.20.3" */
function withVersion(name: string): string {
  const file = path.join(workbookFolder, "node_modules", name, "package.json");
  return `${name} ${JSON.parse(readFileSync(file, "utf8")).version}`;
}

async function benchWaitingTimes(runs: number): Promise<number> {
  tell(`${runs} runs of each, in turn. This takes about ${runs * 6} seconds.`);
  const cold = coldStarts(runs);
  const warm = await saveToVerdict(runs);
  print(benchScreen(cold, warm, await pageTimes(runs)));
  return EXIT.fine;
}
