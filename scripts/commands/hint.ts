// npm run hint 04.2: the next hint for that task, one at a time, from nudge to nearly told.

import { EXIT } from "../command-line/failures.ts";
import { oneTarget, readArguments } from "../command-line/options.ts";
import { print, tell, terminal, withClearEnds } from "../command-line/output.ts";
import { readProgress, recordHint } from "../learner/state.ts";
import { textOf } from "../lessons/text.ts";
import { hintScreen } from "../presenting/hint-screen.ts";

export function run(args: string[]): Promise<number> {
  return withClearEnds(async () => {
    const { positionals } = readArguments(args, {});
    const { lesson, task: named } = oneTarget(positionals, "hint");
    const progress = readProgress(tell);
    const statuses = progress.lessons[lesson.slug]?.tasks ?? {};
    const { tasks } = textOf(lesson);
    const task = named ?? tasks.find(({ id }) => statuses[id] !== "passed") ?? tasks[0];
    if (!task) throw new Error(`${lesson.textFile} has no tasks.`);
    const shown = Math.min((progress.hints[task.id] ?? 0) + 1, task.hints.length);
    recordHint(task.id, shown, tell);
    print(hintScreen(task, shown, terminal));
    return EXIT.fine;
  });
}
