// npm run answers 01: an author's command. Grades every wrong and right answer of a lesson and says
// where one does not do what its first lines say.

import { styleText } from "node:util";
import { answerProblems } from "../authoring/answers.ts";
import { allLessons } from "../lessons/catalog.ts";

export async function run(args: string[]): Promise<number> {
  const [which] = args;
  let problems = 0;
  for (const lesson of allLessons().filter(({ number }) => which === undefined || number === which)) {
    for await (const { id, problem } of answerProblems(lesson)) {
      console.log(problem === null ? `  ✓ ${id}` : styleText("red", `  ✗ ${id}: ${problem}`));
      if (problem !== null) problems += 1;
    }
  }
  return problems === 0 ? 0 : 1;
}
