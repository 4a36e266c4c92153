import { grade } from "../grading/grade.ts";
import { allLessons } from "../lessons/catalog.ts";
import { solutions, exercises } from "../grading/subject.ts";
export async function run(args: string[]): Promise<number> {
  const lesson = allLessons().find((l) => l.number === args[0]?.slice(0,2))!;
  const { report, printed } = await grade(lesson, args.includes("--solution") ? solutions : exercises);
  console.log(JSON.stringify(report, null, 1)); console.log(printed);
  return report.verdict === "passed" ? 0 : 1;
}
