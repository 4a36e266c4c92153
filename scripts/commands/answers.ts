// npm run answers 01: an author's command. Grades every wrong and right answer of a lesson and says
// where one does not do what its first lines say; `npm run answers 01 newest-first` grades one of them.
// `-- --update` writes into the wrong ones which checks they fail: read the difference before you believe it.

import { updateMustFail, verdictsOnAnswers } from "../authoring/answers.ts";
import { EXIT, UsageError } from "../command-line/failures.ts";
import { readArguments, targetOf } from "../command-line/options.ts";
import { print, terminal, withClearEnds } from "../command-line/output.ts";
import { rightAnswers, wrongAnswers } from "../lessons/answers.ts";
import { allLessons, type Lesson } from "../lessons/catalog.ts";

export function run(args: string[]): Promise<number> {
  return withClearEnds(async () => {
    const { values, positionals } = readArguments(args, { update: { type: "boolean" } });
    const ids = positionals.filter((word) => !/^\d/.test(word));
    const words = positionals.filter((word) => !ids.includes(word));
    const lessons = words.length > 0 ? words.map((word) => targetOf(word).lesson) : allLessons();
    const unknown = ids.find((id) => !lessons.some((lesson) => answersOf(lesson).includes(id)));
    if (unknown !== undefined) throw new UsageError(`There is no answer ${unknown}. Its name is that of its file.`);
    let problems = 0;
    for (const lesson of lessons) {
      for await (const { id, problem, wrong, report } of verdictsOnAnswers(lesson, ids)) {
        const isUpdated = values.update && wrong && problem !== null && updateMustFail(wrong, report);
        if (isUpdated) print(`  ${terminal.open("~")} ${lesson.slug}/${id}: updated`);
        else if (problem === null) print(`  ${terminal.good("✓")} ${lesson.slug}/${id}`);
        else print(`  ${terminal.bad("✗")} ${lesson.slug}/${id}: ${problem}`);
        if (problem !== null && !isUpdated) problems += 1;
      }
    }
    return problems === 0 ? EXIT.fine : EXIT.notPassed;
  });
}

function answersOf(lesson: Lesson): string[] {
  return [...wrongAnswers(lesson), ...rightAnswers(lesson)].map(({ id }) => id);
}
