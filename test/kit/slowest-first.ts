// The order of the test files: those that take longest begin first, so that no worker is left alone with
// one of them at the end.

import { BaseSequencer, type TestSpecification } from "vitest/node";

/** By how long they take, roughly. Not two in a row that use a browser, while there are others. */
const SLOWEST = [
  ...["verdicts-2", "page/care", "verdicts-1", "bench", "verdicts-3", "page/learner", "commands", "page/lab"],
  ...["bad-input", "stops", "verdicts-4", "service", "watch", "tools", "lab"],
];

export default class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const slow = SLOWEST.flatMap((name) => sorted.filter(({ moduleId }) => moduleId.endsWith(`/kit/${name}.test.ts`)));
    return [...slow, ...sorted.filter((file) => !slow.includes(file))];
  }
}
