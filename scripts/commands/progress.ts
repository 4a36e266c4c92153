// npm run progress: where you are.

import { EXIT } from "../command-line/failures.ts";
import { readArguments } from "../command-line/options.ts";
import { print, tell, terminal, withClearEnds } from "../command-line/output.ts";
import { readProgress } from "../learner/state.ts";
import { allLessons } from "../lessons/catalog.ts";
import { textOf } from "../lessons/text.ts";
import { progressScreen } from "../presenting/progress-screen.ts";
import { lessonsPassed, nextLesson } from "../presenting/views.ts";

export function run(args: string[]): Promise<number> {
  return withClearEnds(async () => {
    readArguments(args, {});
    const progress = readProgress(tell);
    const lessons = allLessons().map((lesson) => {
      const { title, tasks } = textOf(lesson);
      const { verdict = null, tasks: statuses = {} } = progress.lessons[lesson.slug] ?? {};
      return {
        number: lesson.number,
        title,
        verdict,
        tasks: tasks.map((task) => ({ ...task, status: statuses[task.id] ?? null })),
      };
    });
    print(
      progressScreen({ lessons, ...lessonsPassed(progress), next: nextLesson(progress)?.number ?? null }, terminal),
    );
    return EXIT.fine;
  });
}
