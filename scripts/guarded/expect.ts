// `expect`, put together from Vitest's own parts as Vitest does it.

import * as expectParts from "@vitest/expect";
import {
  addCustomEqualityTesters,
  GLOBAL_EXPECT,
  getState,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from "@vitest/expect";
import * as chai from "chai";

interface Extendable {
  extend(expect: unknown, matchers: unknown): void;
}

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

export const expect = ((value: unknown, message?: string) =>
  chai.expect(value, message)) as unknown as expectParts.ExpectStatic;
Object.assign(expect, chai.expect, (globalThis as Record<symbol, unknown>)[expectParts.ASYMMETRIC_MATCHERS_OBJECT]);
Object.assign(expect, {
  getState: () => getState(expect),
  setState: (state: Partial<expectParts.MatcherState>) => setState(state, expect),
  extend: (matchers: expectParts.MatchersObject) => (chai.expect as unknown as Extendable).extend(expect, matchers),
  addEqualityTesters: (testers: expectParts.Tester[]) => addCustomEqualityTesters(testers),
});
Object.defineProperty(globalThis, GLOBAL_EXPECT, { value: expect, writable: true, configurable: true });
setState(
  {
    assertionCalls: 0,
    isExpectingAssertions: false,
    isExpectingAssertionsError: null,
    expectedAssertionsNumber: null,
    expectedAssertionsNumberErrorGen: null,
  },
  expect,
);
