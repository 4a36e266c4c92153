// The schedules of lesson 04: which calls, and which known mistake a finding is.

import type { Finding, Scope } from "../support/schedules/explore.ts";
import type { Schedule } from "../support/schedules/schedule.ts";
import { type State, visibilitySpecification } from "./visibility-specification.ts";
import { type Counted, visibilitySubject } from "./visibility-subject.ts";

export interface QueueUnderTest {
  id: string;
  make: () => Counted;
  unknownReceiptError: () => new (...args: never[]) => Error;
  calls: readonly string[];
  /** How far the clock goes in a step of the small schedules; multiples of 10. */
  clockMs?: readonly number[];
  visibilityTimeoutMs?: number;
  maxReceives?: number;
  /** In the small schedules at most so many messages are published. */
  mostPublished?: number;
  depth?: 1 | 2;
  isMine?: (schedule: Schedule) => boolean;
  tells?: (finding: Finding) => string | undefined;
}

/** An odd number, so that no deadline meets a step of the clock. */
export const VISIBILITY_TIMEOUT_MS = 25;
const WALKS = { seed: 4, walks: 20, steps: 25 };
const MOST_PUBLISHED_IN_A_WALK = 12;

export function scopeOf(queue: QueueUnderTest): Scope<State, Counted> {
  const { calls, clockMs = [30], maxReceives = Number.POSITIVE_INFINITY, mostPublished = 2 } = queue;
  const { visibilityTimeoutMs = VISIBILITY_TIMEOUT_MS } = queue;
  const specification = (most: number, steps: readonly number[]) =>
    visibilitySpecification({
      calls,
      clockMs: steps,
      maxReceives,
      visibilityTimeoutMs,
      mostPublished: most,
      mostWaiting: most > mostPublished ? 4 : 2,
    });
  return {
    ...queue,
    on: `a VisibilityQueue with a visibility timeout of ${visibilityTimeoutMs} ms`,
    specification: specification(mostPublished, clockMs),
    subject: visibilitySubject(queue.make, queue.unknownReceiptError),
    walks: { ...WALKS, specification: specification(MOST_PUBLISHED_IN_A_WALK, [10, 30]) },
  };
}

/** Whether the schedule has one of `calls`. */
export const has =
  (...calls: string[]) =>
  (schedule: Schedule): boolean =>
    schedule.some(({ call }) => calls.includes(call));
