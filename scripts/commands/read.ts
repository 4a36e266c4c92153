// npm run read 04: the lesson in the terminal (`-- --open`: with what is folded away).

import { EXIT } from "../command-line/failures.ts";
import { oneTarget, readArguments } from "../command-line/options.ts";
import { print, terminal, withClearEnds } from "../command-line/output.ts";
import { foldedAway, textOf } from "../lessons/text.ts";
import { lessonLines } from "../presenting/markdown.ts";

export function run(args: string[]): Promise<number> {
  return withClearEnds(async () => {
    const { values, positionals } = readArguments(args, { open: { type: "boolean" } });
    const { lesson, task } = oneTarget(positionals, "read");
    const { markdown } = textOf(lesson);
    const folded = foldedAway(markdown, `npm run read ${lesson.number} -- --open`, values.open ?? false);
    const section = folded.split(/^(?=##)/m).find((part) => task !== undefined && part.startsWith(`### ${task.id} `));
    print((await lessonLines(section ?? folded, terminal)).join("\n"));
    return EXIT.fine;
  });
}
