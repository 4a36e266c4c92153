// npm run check 04: grades lesson 04 (`04.2`: one task; none: all lessons, one line each).

import { EXIT, UsageError } from "../command-line/failures.ts";
import { readArguments, subjectOf, type Target, targetOf } from "../command-line/options.ts";
import { liveLine, print, tell, terminal, withClearEnds } from "../command-line/output.ts";
import { type Graded, grade, NoSuchSchedule } from "../grading/grade.ts";
import type { Subject } from "../grading/subject.ts";
import { type Progress, recordReport } from "../learner/state.ts";
import { allLessons } from "../lessons/catalog.ts";
import { textOf } from "../lessons/text.ts";
import { checkScreen } from "../presenting/check-screen.ts";
import { overviewLine } from "../presenting/overview.ts";
import { checkView } from "../presenting/views.ts";

export function run(args: string[]): Promise<number> {
  return withClearEnds(async () => {
    const { values, positionals } = readArguments(args, {
      dir: { type: "string" },
      solution: { type: "boolean" },
      json: { type: "boolean" },
      replay: { type: "string" },
    });
    const targets: Target[] =
      positionals.length > 0 ? positionals.map(targetOf) : allLessons().map((lesson) => ({ lesson, task: undefined }));
    if (process.env.npm_config_json === "true" && !values.json)
      tell("For the JSON document: npm run check 01 -- --json");
    const subject = subjectOf(
      values,
      targets.map(({ lesson }) => lesson),
    );
    const isOne = targets.length === 1 && positionals.length === 1;
    const { replay } = values;
    if (replay !== undefined && !isOne) {
      throw new UsageError("--replay takes the code of one schedule of one task: npm run check 03.4 -- --replay CODE.");
    }

    const reports: Graded["report"][] = [];
    for (const target of targets) {
      const { graded, progress } = await gradeTarget(target, subject, replay);
      reports.push(graded.report);
      if (values.json) process.stderr.write(graded.printed);
      else if (isOne) print(checkScreen(checkView(target.lesson, subject, graded, progress), terminal).trimEnd());
      else print(overviewLine(graded.report, textOf(target.lesson).title, terminal));
    }
    if (values.json) print(JSON.stringify(isOne ? reports[0] : reports, null, 2));
    return reports.every((report) => report.verdict === "passed") ? EXIT.fine : EXIT.notPassed;
  });
}

async function gradeTarget(
  { lesson, task }: Target,
  subject: Subject,
  replay: string | undefined,
): Promise<{ graded: Graded; progress: Progress | null }> {
  const live = liveLine();
  live.show(`checking ${lesson.number} …`);
  const onProgress = (done: number, of: number) => live.show(`checking ${lesson.number} … ${done} of ${of}`);
  try {
    const graded = await grade(lesson, subject, { only: task && [task.id], replay, onProgress });
    const isRecorded = subject.isOwn && replay === undefined;
    const progress = isRecorded ? recordReport(graded.report, task === undefined, tell) : null;
    return { graded, progress };
  } catch (error) {
    if (error instanceof NoSuchSchedule) throw new UsageError(error.message);
    throw error;
  } finally {
    live.done();
  }
}
