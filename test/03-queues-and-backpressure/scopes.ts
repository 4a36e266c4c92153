// The schedules of lesson 03: which calls, on which queue, and which known mistake a finding is.

import type { Finding, Scope } from "../support/schedules/explore.ts";
import type { Schedule } from "../support/schedules/schedule.ts";
import { firstInFirstOut, type QueueScope, queueSpecification, type State } from "./queue-specification.ts";
import { type Queue, queueSubject } from "./queue-subject.ts";

export interface QueueUnderTest {
  id: string;
  /** "an AsyncQueue with maxSize 1" */
  on: string;
  make: () => Queue;
  maxSize?: number;
  calls: readonly string[];
  values?: readonly unknown[];
  /** In the small schedules at most so many items are put. */
  mostPuts?: number;
  depth?: 1 | 2;
  order?: QueueScope["order"];
  shutDownError?: () => new (...args: never[]) => Error;
  looksForListeners?: boolean;
  isMine?: (schedule: Schedule) => boolean;
  tells?: (finding: Finding) => string | undefined;
}

/** Letters tell items apart; where falsy ones are asked for they are listed. */
const LETTERS = ["a", "b", "c", "d", "e"];
const WALKS = { seed: 3, walks: 16, steps: 25 };
const MOST_PUTS_IN_A_WALK = 20;

export function scopeOf(queue: QueueUnderTest): Scope<State, Queue> {
  const { maxSize = Number.POSITIVE_INFINITY, values = LETTERS, order = firstInFirstOut, mostPuts = 3 } = queue;
  const more = Array.from({ length: 20 }, (_one, index) => `${values[index % values.length]}${index}`);
  const all = [...values, ...more];
  const specification = (most: number) =>
    queueSpecification({ maxSize, order, calls: queue.calls, values: all, mostPuts: most });
  return {
    ...queue,
    specification: specification(mostPuts),
    subject: queueSubject(queue.make, all, maxSize, queue.shutDownError),
    walks: { ...WALKS, specification: specification(MOST_PUTS_IN_A_WALK) },
  };
}

export const isAbort = ({ call }: Schedule[number]): boolean => call === "abort" || call.endsWith("Aborted");
