// The order of the test files: the verdicts take longest, so they begin first, and no worker is left
// alone with them at the end.

import { BaseSequencer, type TestSpecification } from "vitest/node";

export default class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSlow = ({ moduleId }: TestSpecification) => /verdicts-\w+\.test\.ts$/.test(moduleId);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}
