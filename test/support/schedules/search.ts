// Which schedules are tried. First the small ones, all of them: from every state that the
// specification can come to, by a shortest way, every pair of next steps, settled and in the same turn.
// Then long walks, drawn with a fixed seed. Both are bounded by number, never by time, so that the same
// code gets the same verdict on every machine.

import { CLOCK, type Schedule, type Step } from "./schedule.ts";
import type { Specification } from "./specification.ts";

interface Reached<State> {
  readonly state: State;
  readonly path: Schedule;
}

/**
 * Every schedule of the cover, the shortest first.
 *
 * @param depth 2: every pair of next steps from every state; 1: every next step.
 */
export function cover<State>(specification: Specification<State>, depth: 1 | 2): Schedule[] {
  const found: Schedule[] = [];
  for (const { state, path } of reachable(specification)) {
    for (const first of specification.next(state, path.length)) {
      found.push([...path, first]);
      if (depth === 1) continue;
      const settled = likeliest(specification, state, first, path.length);
      for (const second of specification.next(settled, path.length + 1)) found.push([...path, first, second]);
      const [unsettled] = specification.after(state, first, path.length);
      if (unsettled === undefined || first.call === CLOCK) continue;
      for (const second of specification.next(unsettled, path.length + 1)) {
        if (second.call !== CLOCK) found.push([...path, first, { ...second, sameTurn: true }]);
      }
    }
  }
  return found.sort((a, b) => a.length - b.length);
}

/** One shortest way to every state that `shape` tells apart. */
function reachable<State>(specification: Specification<State>): Reached<State>[] {
  const first: Reached<State> = { state: specification.start, path: [] };
  const reached = new Map([[specification.shape(first.state), first]]);
  // A Map is iterated over what is added meanwhile, too: breadth first.
  for (const { state, path } of reached.values()) {
    for (const step of specification.next(state, path.length)) {
      const next = likeliest(specification, state, step, path.length);
      const shape = specification.shape(next);
      if (!reached.has(shape)) reached.set(shape, { state: next, path: [...path, step] });
    }
  }
  return [...reached.values()];
}

function likeliest<State>(specification: Specification<State>, state: State, step: Step, at: number): State {
  const [unsettled] = specification.after(state, step, at);
  if (unsettled === undefined) return state;
  return specification.rest(unsettled)[0]?.state ?? unsettled;
}

export interface Walks {
  readonly seed: number;
  readonly walks: number;
  readonly steps: number;
}

/** At most so many steps of a walk share a turn. */
const LONGEST_TURN = 3;

export function* walks<State>(specification: Specification<State>, { seed, walks, steps }: Walks): Generator<Schedule> {
  const below = drawing(seed);
  for (let walk = 0; walk < walks; walk++) {
    const schedule: Step[] = [];
    let state = specification.start;
    let inTurn = 0;
    while (schedule.length < steps) {
      const at = schedule.length;
      const mayShare = inTurn > 0 && inTurn < LONGEST_TURN && schedule[at - 1]?.call !== CLOCK;
      const sameTurn = mayShare && below(4) === 0;
      if (inTurn > 0 && !sameTurn) {
        state = specification.rest(state)[0]?.state ?? state;
        inTurn = 0;
      }
      const choice = specification.next(state, at).filter(({ call }) => !sameTurn || call !== CLOCK);
      const step = choice[below(choice.length)];
      if (step === undefined) break;
      schedule.push(sameTurn ? { ...step, sameTurn } : step);
      state = specification.after(state, step, at)[0] ?? state;
      inTurn += 1;
    }
    yield schedule;
  }
}

/** Numbers from 0 to below `limit`, the same for the same seed: a linear congruential generator, its high bits. */
export function drawing(seed: number): (limit: number) => number {
  let state = BigInt(seed);
  return (limit) => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return Number((state >> 33n) % BigInt(Math.max(1, limit)));
  };
}
