// The schedules of lesson 05: which calls on which queue.

import type { Finding, Scope } from "../support/schedules/explore.ts";
import type { Schedule } from "../support/schedules/schedule.ts";
import { queueSpecification, type State } from "./queue-specification.ts";
import { queueSubject } from "./queue-subject.ts";
import type { TaskQueueClass, TaskScene } from "./task-scene.ts";

export interface QueueUnderTest {
  id: string;
  taskQueue: () => TaskQueueClass;
  errors: () => Record<string, abstract new (...args: never[]) => Error>;
  concurrency: number;
  calls: readonly string[];
  priorities?: readonly number[];
  /** In the small schedules at most so many tasks are submitted. */
  mostTasks?: number;
  depth?: 1 | 2;
  isMine?: (schedule: Schedule) => boolean;
  tells?: (finding: Finding) => string | undefined;
}

const WALKS = { seed: 5, walks: 40, steps: 25 };
const MOST_TASKS_IN_A_WALK = 9;

export function scopeOf(wanted: QueueUnderTest): Scope<State, TaskScene> {
  const { calls, concurrency, priorities = [1, 3], mostTasks = 3 } = wanted;
  const specification = (most: number, of: readonly number[]) =>
    queueSpecification({ calls, concurrency, priorities: of, mostTasks: most });
  return {
    ...wanted,
    on: `a TaskQueue with concurrency ${concurrency}`,
    specification: specification(mostTasks, priorities),
    subject: queueSubject(wanted.taskQueue, wanted.errors, concurrency),
    walks: { ...WALKS, specification: specification(MOST_TASKS_IN_A_WALK, [1, 2, 3]) },
  };
}

/** Whether the schedule has one of `calls`. */
export const has =
  (...calls: string[]) =>
  (schedule: Schedule): boolean =>
    schedule.some(({ call }) => calls.includes(call));
