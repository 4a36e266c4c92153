// What the contract allows of a queue, step by step: a plain account that never waits. Items are kept in
// the order in which they are handed out. Only four things are open, and each is more than one state:
// - `going`: room belongs to a waiting put at once, and it goes in at once, which may take some turns:
//   until the rest, the item may be seen in the queue already, or not yet;
// - an abort in the turn of the hand-over: the call resolves, or it rejects and what it had goes back;
// - `back`: an item on its way back from such a get may take some turns, too;
// - `leaving`: a join that was let go, and a put in the same turn: it may see that put, or not.

import type { Step } from "../support/schedules/schedule.ts";
import { ABORTED, type Sight, type Specification } from "../support/schedules/specification.ts";
import { show } from "../support/words.ts";

export interface Item {
  readonly value: unknown;
  /** The step that put it. */
  readonly by: number;
}

export interface State {
  /** In the queue, the next to be handed out first. */
  readonly items: readonly Item[];
  readonly going: readonly Item[];
  readonly back: readonly Item[];
  /** Calls that wait, in the order they came, by the index of their step. */
  readonly getters: readonly number[];
  readonly putters: readonly Item[];
  readonly joiners: readonly number[];
  readonly leaving: readonly number[];
  /** Items put that have not had their taskDone. */
  readonly unfinished: number;
  readonly isShut: boolean;
  /** In this turn: items owed to getters, puts whose item went in, what ended. */
  readonly owed: readonly { getter: number; item: Item }[];
  readonly entered: readonly Item[];
  readonly outcomes: Readonly<Record<number, string>>;
  /** For each method the last call that has ended: a late abort of it must do nothing. */
  readonly past: Readonly<Record<string, number>>;
  readonly puts: number;
}

export interface QueueScope {
  readonly maxSize: number;
  /** The calls that schedules are made of. */
  readonly calls: readonly string[];
  /** What the nth put puts. */
  readonly values: readonly unknown[];
  /** At most so many items are put. */
  readonly mostPuts: number;
  /** Below 0 where `a` is handed out before `b`. */
  readonly order: (a: Item, b: Item) => number;
  /** At most so many calls of a kind wait at the same time. */
  readonly mostWaiting?: number;
}

export const SHUT = "✗ QueueShutDownError";
export const AN_ERROR = "✗ an error";

export const firstInFirstOut = (a: Item, b: Item): number => a.by - b.by;
export const lastInFirstOut = (a: Item, b: Item): number => b.by - a.by;

export function queueSpecification(scope: QueueScope): Specification<State> {
  const { maxSize, order } = scope;

  const hasRoom = (state: State) => state.items.length + state.going.length < maxSize;
  const ended = (state: State, at: number, outcome: string): State => ({
    ...state,
    outcomes: { ...state.outcomes, [at]: outcome },
  });

  /** The item is in: owed to the getter that has waited longest, or in its place in the queue. */
  function enter(state: State, item: Item): State {
    const [getter, ...getters] = state.getters;
    if (getter !== undefined) return { ...state, getters, owed: [...state.owed, { getter, item }] };
    return { ...state, items: [...state.items, item].sort(order) };
  }

  function counted(state: State): State {
    return { ...state, unfinished: state.unfinished + 1 };
  }

  /** Room belongs to the puts that wait, the oldest first. */
  function admit(state: State): State {
    const [item, ...putters] = state.putters;
    if (item === undefined || !hasRoom(state)) return state;
    const going = [...state.going, item];
    return admit(ended({ ...state, putters, going, entered: [...state.entered, item] }, item.by, "done"));
  }

  /** Everything that is on its way has arrived. */
  function arrived(state: State): State {
    const [returned, ...back] = state.back;
    if (returned !== undefined) return arrived(enter({ ...state, back }, returned));
    const [item, ...going] = state.going;
    if (item !== undefined) return arrived(admit(counted(enter({ ...state, going }, item))));
    return state;
  }

  function put(state: State, item: Item): State {
    const entering = { ...state, entered: [...state.entered, item] };
    // Behind those that are on their way in.
    if (state.going.length > 0) return { ...entering, going: [...state.going, item] };
    return counted(enter(entering, item));
  }

  function take(state: State): { item: Item | undefined; state: State } {
    const [item, ...items] = state.items;
    return item === undefined ? { item, state } : { item, state: admit({ ...state, items }) };
  }

  function released(state: State): State {
    if (state.unfinished > 0) return state;
    return { ...state, joiners: [], leaving: [...state.leaving, ...state.joiners] };
  }

  function abort(state: State, of: number): State[] {
    const rejected = ended(state, of, ABORTED);
    if (state.getters.includes(of)) return [{ ...rejected, getters: state.getters.filter((at) => at !== of) }];
    if (state.joiners.includes(of)) return [{ ...rejected, joiners: state.joiners.filter((at) => at !== of) }];
    if (state.putters.some(({ by }) => by === of)) {
      return [{ ...rejected, putters: state.putters.filter(({ by }) => by !== of) }];
    }
    if (state.leaving.includes(of)) return [state, { ...rejected, leaving: state.leaving.filter((at) => at !== of) }];
    const index = state.owed.findIndex(({ getter }) => getter === of);
    if (index !== -1) return [state, ...givenBack(rejected, index)];
    const item = state.entered.find(({ by }) => by === of);
    if (item) return [state, ...takenOut(rejected, item)];
    // Decided in this turn, by a shutdown or without a wait.
    return state.outcomes[of] === undefined ? [state] : [state, rejected];
  }

  /** A getter gives up what it is owed: it goes to the next getter, or all those behind move up by one. */
  function givenBack(state: State, index: number): State[] {
    const { owed } = state;
    const item = owed[index]?.item;
    if (!item) return [];
    const without = owed.filter((_one, at) => at !== index);
    const movedUp = without.map(({ getter }, at) => ({ getter, item: owed[at]?.item ?? item }));
    const last = owed.at(-1)?.item ?? item;
    return [
      { ...state, owed: without, back: [...state.back, item] },
      { ...state, owed: movedUp, back: [...state.back, last] },
    ];
  }

  /** A put that was in already takes its item out again: it never was. */
  function takenOut(state: State, item: Item): State[] {
    const isOther = (one: Item) => one !== item;
    const entered = state.entered.filter(isOther);
    if (!state.going.every(isOther)) {
      return [admit({ ...state, entered, going: state.going.filter(isOther) })];
    }
    const gone = { ...state, entered, unfinished: state.unfinished - 1 };
    if (!state.items.every(isOther)) return [released(admit({ ...gone, items: state.items.filter(isOther) }))];
    const promise = state.owed.find((one) => one.item === item);
    if (!promise) return [];
    const owed = state.owed.filter((one) => one !== promise);
    return [released({ ...gone, owed, getters: [promise.getter, ...state.getters] })];
  }

  function shutdown(state: State): State {
    if (state.isShut) return state;
    let shut: State = { ...state, isShut: true, putters: [], going: [] };
    for (const { by } of [...state.putters, ...state.going]) shut = ended(shut, by, SHUT);
    return state.back.length > 0 ? shut : gettersTurnedAway(shut);
  }

  function gettersTurnedAway(state: State): State {
    return state.getters.reduce<State>((left, at) => ended(left, at, SHUT), { ...state, getters: [] });
  }

  function made(state: State, step: Step, at: number): State[] {
    const item = { value: scope.values[step.n ?? 0], by: at };
    const counts = step.call.toLowerCase().includes("put") ? { ...state, puts: state.puts + 1 } : state;
    switch (step.call) {
      case "putAborted":
      case "getAborted":
      case "joinAborted":
        return [ended(counts, at, ABORTED)];
      case "put":
        if (state.isShut) return [ended(counts, at, SHUT)];
        if (hasRoom(state) && state.putters.length === 0) return [ended(put(counts, item), at, "done")];
        return [{ ...counts, putters: [...state.putters, item] }];
      case "tryPut":
        if (state.isShut) return [ended(counts, at, SHUT)];
        if (hasRoom(state) && state.putters.length === 0) return [ended(put(counts, item), at, "true")];
        return [ended(counts, at, "false")];
      case "get": {
        const taken = take(state);
        if (taken.item) return [{ ...taken.state, owed: [...state.owed, { getter: at, item: taken.item }] }];
        if (state.isShut && state.back.length === 0) return [ended(state, at, SHUT)];
        return [{ ...state, getters: [...state.getters, at] }];
      }
      case "tryGet": {
        const taken = take(state);
        return [ended(taken.state, at, show(taken.item?.value))];
      }
      case "taskDone":
        if (state.unfinished === 0) return [ended(state, at, AN_ERROR)];
        return [released(ended({ ...state, unfinished: state.unfinished - 1 }, at, "done"))];
      case "join":
        if (state.unfinished === 0) return [ended(state, at, "done")];
        return [{ ...state, joiners: [...state.joiners, at] }];
      case "shutdown":
        return [ended(shutdown(state), at, "done")];
      case "abort":
        return abort(state, step.of ?? 0);
      default:
        throw new Error(`no such step: ${step.call}`);
    }
  }

  return {
    start: {
      items: [],
      going: [],
      back: [],
      getters: [],
      putters: [],
      joiners: [],
      leaving: [],
      unfinished: 0,
      isShut: false,
      owed: [],
      entered: [],
      outcomes: {},
      past: {},
      puts: 0,
    },

    next(state, at) {
      const { mostWaiting = 2 } = scope;
      return scope.calls.flatMap((call): Step[] => {
        if (call === "abort") return abortable(state).map((of) => ({ call, of }));
        if (call.toLowerCase().includes("put")) {
          const mayWait = call !== "put" || state.putters.length < mostWaiting;
          return state.puts < scope.mostPuts && mayWait ? [{ call, n: state.puts }] : [];
        }
        if (call === "get" && state.getters.length >= mostWaiting) return [];
        if (call === "join" && state.joiners.length >= mostWaiting) return [];
        if (call === "taskDone" && at === 0) return [{ call }];
        return [{ call }];
      });
    },

    after(state, step, at) {
      const isOnTheWay = state.going.length > 0 || state.back.length > 0;
      const before = isOnTheWay ? [arrived(state), state] : [state];
      return before
        .flatMap((one) => made(one, step, at))
        .flatMap((one) =>
          one.leaving.length > 0 && one.unfinished > 0
            ? [one, { ...one, leaving: [], joiners: [...one.leaving, ...one.joiners] }]
            : [one],
        );
    },

    rest(state) {
      let over = released(arrived(state));
      for (const { getter, item } of over.owed) over = ended(over, getter, show(item.value));
      for (const at of over.leaving) over = ended(over, at, "done");
      if (over.isShut && over.getters.length > 0) over = gettersTurnedAway(over);
      // An item that came back may find its place taken. It goes to the next getter all the same; the size is open.
      const shows = over.items.length > maxSize ? null : `size ${over.items.length}`;
      const sight: Sight = { outcomes: over.outcomes, shows };
      const past = { ...over.past, ...pastOf(over) };
      return [{ sight, state: { ...over, outcomes: {}, owed: [], entered: [], leaving: [], past } }];
    },

    key: (state) => JSON.stringify(state),

    shape({ items, getters, putters, unfinished, joiners, isShut }) {
      const pattern = items.map((one) => items.filter((other) => order(other, one) < 0 && other.by < one.by).length);
      return [pattern, getters.length, putters.length, Math.min(unfinished, 2), joiners.length, isShut].join("|");
    },
  };

  /** Calls that an abort may be tried on: all that wait, all that ended in this turn, the last of each kind before. */
  function abortable(state: State): number[] {
    const waiting = [...state.getters, ...state.putters.map(({ by }) => by), ...state.joiners];
    const now = [...state.owed.map(({ getter }) => getter), ...state.entered.map(({ by }) => by), ...state.leaving];
    return [...new Set([...waiting, ...now, ...Object.values(state.past)])].filter((at) => at >= 0);
  }
}

/** The last get and put of this turn that ended well. */
function pastOf({ owed, entered }: State): Record<string, number> {
  const get = owed.at(-1)?.getter;
  const put = entered.at(-1)?.by;
  return { ...(get === undefined ? {} : { get }), ...(put === undefined ? {} : { put }) };
}
