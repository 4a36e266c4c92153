// What the contract allows of a task queue, step by step: a plain account that never waits. Open, and
// so more than one state, is
// - when a task begins that may begin at once: within the call that makes it possible, or later in the
//   turn, when another of the same turn may be more urgent, and it can be cancelled still;
// - when a `stop` resolves whose tasks are over while others run, since the queue was started again.
// A processor that ends is known to the queue when the turn is over, and not before.

import type { Step } from "../support/schedules/schedule.ts";
import type { Sight, Specification } from "../support/schedules/specification.ts";

type Status = "pending" | "processing" | "completed" | "failed" | "cancelled";

interface SpecifiedTask {
  /** The step that submitted it. */
  readonly by: number;
  readonly priority: number;
  readonly status: Status;
  /** How its processor has ended in this turn. */
  readonly ending?: "completed" | "failed";
  /** Its processor throws as soon as it is called. */
  readonly throws: boolean;
}

export interface State {
  readonly started: boolean;
  readonly tasks: readonly SpecifiedTask[];
  /** Calls of `stop` that have not resolved, and the tasks that each has to wait for. */
  readonly stops: readonly { readonly at: number; readonly by: readonly number[] }[];
  readonly outcomes: Readonly<Record<number, string>>;
}

export interface QueueScope {
  readonly calls: readonly string[];
  readonly concurrency: number;
  readonly priorities: readonly number[];
  readonly mostTasks: number;
}

export const NOT_PENDING = "✗ TaskNotPendingError";

const NAMES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
export const nameOf = (index: number): string => NAMES[index % NAMES.length] ?? "Z";

/** "A completed, B processing" */
export const tasksInWords = (tasks: readonly { status: string }[]): string =>
  tasks.length === 0 ? "no tasks" : tasks.map(({ status }, index) => `${nameOf(index)} ${status}`).join(", ");

export function queueSpecification(scope: QueueScope): Specification<State> {
  const isRunning = ({ status }: SpecifiedTask) => status === "processing";
  const changed = (state: State, by: number, change: Partial<SpecifiedTask>): State => ({
    ...state,
    tasks: state.tasks.map((task) => (task.by === by ? { ...task, ...change } : task)),
  });
  const ended = (state: State, at: number, outcome: string): State => ({
    ...state,
    outcomes: { ...state.outcomes, [at]: outcome },
  });

  /** The pending task that comes next: the lowest number first, equals in the order of submission. */
  const nextOf = (state: State): SpecifiedTask | undefined =>
    state.tasks
      .filter(({ status }) => status === "pending")
      .reduce<SpecifiedTask | undefined>(
        (best, task) => (best === undefined || task.priority < best.priority ? task : best),
        undefined,
      );

  const mayBegin = (state: State): boolean =>
    state.started && state.tasks.filter(isRunning).length < scope.concurrency && nextOf(state) !== undefined;

  function begun(state: State): State {
    const task = nextOf(state);
    return task ? changed(state, task.by, task.throws ? { status: "failed" } : { status: "processing" }) : state;
  }

  /** Whatever may begin has begun, or some of it, or nothing yet. */
  const someBegun = (state: State): State[] => (mayBegin(state) ? [...someBegun(begun(state)), state] : [state]);

  function made(state: State, { call, n = 2, of = 0 }: Step, at: number): State[] {
    switch (call) {
      case "submit":
      case "submitThrowing": {
        const task = { by: at, priority: n, status: "pending", throws: call === "submitThrowing" } as const;
        return someBegun(ended({ ...state, tasks: [...state.tasks, task] }, at, "a task"));
      }
      case "start":
        return someBegun(ended({ ...state, started: true }, at, "done"));
      case "stop": {
        // What might begin in this very turn has done so, and is waited for, or it stays pending.
        const stopped = (one: State): State => ({
          ...one,
          started: false,
          stops: [...one.stops, { at, by: one.tasks.filter(isRunning).map((task) => task.by) }],
        });
        return someBegun(state).map(stopped);
      }
      case "finish":
      case "fail": {
        const isItRunning = state.tasks.some((task) => task.by === of && isRunning(task) && !task.ending);
        return isItRunning ? [changed(state, of, { ending: call === "finish" ? "completed" : "failed" })] : [state];
      }
      case "cancel": {
        const isPending = state.tasks.some((task) => task.by === of && task.status === "pending");
        if (!isPending) return [ended(state, at, NOT_PENDING)];
        return [ended(changed(state, of, { status: "cancelled" }), at, "cancelled")];
      }
      default:
        throw new Error(`no such step: ${call}`);
    }
  }

  /** The turn is over: what has ended is known, and its slots are taken. */
  function settled(state: State): State {
    let over = state;
    for (const { by, ending } of state.tasks) {
      if (ending) over = changed(over, by, { status: ending, ending: undefined });
    }
    while (mayBegin(over)) over = begun(over);
    return over;
  }

  /** Those of `stops` whose tasks are over have resolved; or wait on, where others run meanwhile. */
  function stopsResolved(state: State): State[] {
    const isOver = (by: number) => !state.tasks.some((task) => task.by === by && isRunning(task));
    const resolved = state.stops.filter((stop) => stop.by.every(isOver));
    const without = (gone: State["stops"]): State =>
      gone.reduce<State>((one, { at }) => ended(one, at, "done"), {
        ...state,
        stops: state.stops.filter((stop) => !gone.includes(stop)),
      });
    if (resolved.length === 0) return [state];
    const somethingRuns = state.tasks.some(isRunning);
    return somethingRuns ? subsetsOf(resolved).map(without) : [without(resolved)];
  }

  return {
    start: { started: false, tasks: [], stops: [], outcomes: {} },

    next(state) {
      const { tasks, stops } = state;
      return scope.calls.flatMap((call): Step[] => {
        switch (call) {
          case "submit":
          case "submitThrowing":
            return tasks.length < scope.mostTasks ? scope.priorities.map((n) => ({ call, n })) : [];
          case "finish":
          case "fail":
            return tasks.filter((task) => isRunning(task) && !task.ending).map(({ by }) => ({ call, of: by }));
          case "cancel":
            return tasks.map(({ by }) => ({ call, of: by }));
          case "stop":
            return stops.length < 2 ? [{ call }] : [];
          default:
            return [{ call }];
        }
      });
    },

    after: (state, step, at) => made(state, step, at),

    rest(state) {
      return stopsResolved(settled(state)).map((over) => {
        const sight: Sight = { outcomes: over.outcomes, shows: tasksInWords(over.tasks) };
        return { sight, state: { ...over, outcomes: {} } };
      });
    },

    key: (state) => JSON.stringify(state),

    shape({ started, tasks, stops }) {
      const seen = tasks.map(({ status, priority }) => (status === "pending" ? `${priority}` : status[0]));
      return [started, ...seen.sort(), stops.length].join(" ");
    },
  };
}

/** Every choice of `items`, all of them first. */
function subsetsOf<T>(items: readonly T[]): T[][] {
  const [first, ...rest] = items;
  if (first === undefined) return [[]];
  const ofRest = subsetsOf(rest);
  return [...ofRest.map((subset) => [first, ...subset]), ...ofRest];
}
