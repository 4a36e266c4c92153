// A schedule: which calls are made on one object, in which order, and which of them in the same turn
// of the event loop. It is written down as a code that a command line takes as it is.

export interface Step {
  /** The method that is called, or what else is done: "put", "abort", "clock". */
  readonly call: string;
  /** What goes with it: the number of a value, or milliseconds. */
  readonly n?: number | undefined;
  /** The earlier step, by its index, that it is about: the call that an abort is for. */
  readonly of?: number | undefined;
  /** Made in the same turn as the step before it: nothing settles in between. */
  readonly sameTurn?: boolean | undefined;
}

export type Schedule = readonly Step[];

/** Lets virtual time pass; `n` says how much. The one step that every schedule may have. */
export const CLOCK = "clock";

/** "get.get.put0_abort-1": a dot before a step of a new turn, an underscore before one of the same turn. */
export function codeOf(schedule: Schedule): string {
  return schedule
    .map(({ call, n, of, sameTurn }, at) => {
      const joint = at === 0 ? "" : sameTurn ? "_" : ".";
      return `${joint}${call}${n ?? ""}${of === undefined ? "" : `-${of + 1}`}`;
    })
    .join("");
}

/** The schedule that `code` stands for, or undefined where it stands for none. */
export function scheduleOf(code: string): Schedule | undefined {
  const steps: Step[] = [];
  for (const [, joint, call = "", n, of] of code.matchAll(/(^|[._])([A-Za-z]+)(\d+)?(?:-(\d+))?/g)) {
    steps.push({
      call,
      n: n === undefined ? undefined : Number(n),
      of: of === undefined ? undefined : Number(of) - 1,
      sameTurn: joint === "_" ? true : undefined,
    });
  }
  const isSound = steps.every(({ of }, at) => of === undefined || (of >= 0 && of < at));
  return isSound && steps.length > 0 && codeOf(steps) === code ? steps : undefined;
}

/** The schedule without the step `at` and all that are about it. */
export function without(schedule: Schedule, at: number): Schedule {
  const dropped = new Set([at]);
  for (const [index, { of }] of schedule.entries()) if (of !== undefined && dropped.has(of)) dropped.add(index);
  const places = new Map<number, number>();
  for (const index of schedule.keys()) if (!dropped.has(index)) places.set(index, places.size);
  return schedule
    .filter((_step, index) => !dropped.has(index))
    .map((step, index) => ({
      ...step,
      of: step.of === undefined ? undefined : places.get(step.of),
      sameTurn: index === 0 ? undefined : step.sameTurn,
    }));
}
