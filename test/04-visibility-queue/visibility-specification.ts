// What the contract allows of a visibility queue, step by step: a plain account that never waits. Only
// three things are open, and each is more than one state:
// - an abort in the turn of the hand-over, before it or after: the receive resolves, or it rejects and
//   leaves its message; `aborting` are those that may resolve still;
// - `back`: a message on its way back from such a receive may take some turns;
// - whether a dead message counts in the number that requeueExpired returns.
// Clock steps and timeouts are chosen so that no deadline falls on the instant of a call.

import type { Step } from "../support/schedules/schedule.ts";
import { ABORTED, type Sight, type Specification } from "../support/schedules/specification.ts";

export interface Stored {
  /** The step that published it. */
  readonly by: number;
  readonly n: number;
  readonly receiveCount: number;
}

interface Delivery {
  /** The receive that it was for. */
  readonly receive: number;
  readonly message: Stored;
  /** Grows from delivery to delivery. */
  readonly number: number;
  readonly dueMs: number;
}

export interface State {
  readonly nowMs: number;
  /** The next to be received first. */
  readonly waiting: readonly Stored[];
  readonly back: readonly Stored[];
  /** In the order of delivery. */
  readonly inFlight: readonly Delivery[];
  readonly receivers: readonly { readonly at: number; readonly dueMs: number }[];
  readonly dead: number;
  readonly deliveries: number;
  readonly published: number;
  readonly aborting: readonly number[];
  /** Receives whose message was handed over in this turn. */
  readonly handed: readonly number[];
  readonly outcomes: Readonly<Record<number, string>>;
  /** Receives that brought a message, acked or not: their receipts can be used, rightly or wrongly. */
  readonly receipts: readonly number[];
}

export interface VisibilityScope {
  readonly calls: readonly string[];
  /** How far the clock goes in a step. */
  readonly clockMs: readonly number[];
  readonly visibilityTimeoutMs: number;
  readonly maxReceives: number;
  readonly mostPublished: number;
  readonly mostWaiting?: number;
}

/** What waiting receives are given: an odd number, so that no deadline meets a step of the clock. */
export const RECEIVE_TIMEOUT_MS = 35;
const EXTENSIONS_MS = [15, 55] as const;
export const UNKNOWN_RECEIPT = "✗ UnknownReceiptError";

const NAMES = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t"];
export const bodyOf = (n: number): string => NAMES[n % NAMES.length] ?? "z";

/** "'a', delivery 2" */
export const deliveryInWords = (body: string, receiveCount: number): string =>
  receiveCount === 1 ? `'${body}'` : `'${body}', delivery ${receiveCount}`;

export function visibilitySpecification(scope: VisibilityScope): Specification<State> {
  const ended = (state: State, at: number, outcome: string): State => ({
    ...state,
    outcomes: { ...state.outcomes, [at]: outcome },
  });

  /** Hands messages over as long as one waits and somebody waits for it. */
  function served(state: State): State {
    const [message, ...waiting] = state.waiting;
    const [receiver, ...receivers] = state.receivers;
    if (message === undefined || receiver === undefined) return state;
    return served(delivered({ ...state, waiting, receivers }, message, receiver.at));
  }

  function delivered(state: State, { by, n, receiveCount }: Stored, receive: number): State {
    const delivery: Delivery = {
      receive,
      message: { by, n, receiveCount: receiveCount + 1 },
      number: state.deliveries,
      dueMs: state.nowMs + scope.visibilityTimeoutMs,
    };
    return {
      ...state,
      inFlight: [...state.inFlight, delivery],
      deliveries: state.deliveries + 1,
      handed: [...state.handed, receive],
    };
  }

  function arrived(state: State): State {
    return state.back.length === 0 ? state : served({ ...state, back: [], waiting: [...state.back, ...state.waiting] });
  }

  /** Deliveries end, in the order of their numbers; their messages come back, or are dead. */
  function comeBack(state: State, deliveries: readonly Delivery[]): { state: State; alive: number; dead: number } {
    const alive = deliveries.filter(({ message }) => message.receiveCount < scope.maxReceives);
    const waiting = [...alive.map(({ message }) => message), ...state.waiting];
    const inFlight = state.inFlight.filter((delivery) => !deliveries.includes(delivery));
    const dead = deliveries.length - alive.length;
    return {
      state: served({ ...state, waiting, inFlight, dead: state.dead + dead }),
      alive: alive.length,
      dead,
    };
  }

  function abort(state: State, of: number): State[] {
    const rejected = ended(state, of, ABORTED);
    if (state.receivers.some(({ at }) => at === of)) {
      const gone = { ...rejected, receivers: state.receivers.filter(({ at }) => at !== of) };
      return [gone, { ...state, aborting: [...state.aborting, of] }];
    }
    if (!state.handed.includes(of)) return [state];
    const delivery = state.inFlight.find(({ receive }) => receive === of);
    if (!delivery) return [state];
    return [state, ...left(rejected, delivery)];
  }

  /** A receive leaves its message for the next: at the front, or all handed over after it move up by one. */
  function left(state: State, delivery: Delivery): State[] {
    const { message } = delivery;
    const handed = state.handed.filter((at) => at !== delivery.receive);
    const inFlight = state.inFlight.filter((one) => one !== delivery);
    // It was never received; whether the attempt counts is open.
    const leftBehind = [message.receiveCount - 1, message.receiveCount].map((receiveCount) => ({
      ...message,
      receiveCount,
    }));
    const later = state.inFlight.filter((one) => state.handed.includes(one.receive) && one.number > delivery.number);
    const movedUp = inFlight.map((one) => {
      const index = later.indexOf(one);
      return index === -1 ? one : { ...one, message: (later[index - 1] ?? delivery).message };
    });
    const last = (later.at(-1) ?? delivery).message;
    return [
      ...leftBehind.map((one) => ({ ...state, handed, inFlight, back: [...state.back, one] })),
      { ...state, handed, inFlight: movedUp, back: [...state.back, { ...last, receiveCount: last.receiveCount - 1 }] },
    ];
  }

  function made(state: State, { call, n = 0, of = 0 }: Step, at: number): State[] {
    const delivery = state.inFlight.find(({ receive }) => receive === of && state.receipts.includes(of));
    const message: Stored = { by: at, n, receiveCount: 0 };
    switch (call) {
      case "publish":
        return [
          ended(
            served({ ...state, published: state.published + 1, waiting: [...state.waiting, message] }),
            at,
            "an id",
          ),
        ];
      case "receive":
      case "receiveNow": {
        const [first, ...waiting] = state.waiting;
        if (first) return [delivered({ ...state, waiting }, first, at)];
        if (call === "receiveNow") return [ended(state, at, "null")];
        return [{ ...state, receivers: [...state.receivers, { at, dueMs: state.nowMs + RECEIVE_TIMEOUT_MS }] }];
      }
      case "abort":
        return abort(state, of);
      case "ack":
        if (!delivery) return [ended(state, at, UNKNOWN_RECEIPT)];
        return [ended({ ...state, inFlight: state.inFlight.filter((one) => one !== delivery) }, at, "done")];
      case "release":
        if (!delivery) return [ended(state, at, UNKNOWN_RECEIPT)];
        return [ended(comeBack(state, [delivery]).state, at, "done")];
      case "extend": {
        if (!delivery) return [ended(state, at, UNKNOWN_RECEIPT)];
        const extended = { ...delivery, dueMs: state.nowMs + n };
        return [
          ended({ ...state, inFlight: state.inFlight.map((one) => (one === delivery ? extended : one)) }, at, "done"),
        ];
      }
      case "requeueExpired": {
        const due = state.inFlight.filter(({ dueMs }) => dueMs <= state.nowMs);
        const { state: after, alive, dead } = comeBack(state, due);
        return [...new Set([alive, alive + dead])].map((number) => ended(after, at, String(number)));
      }
      case "clock":
        return [passed(state, n)];
      default:
        throw new Error(`no such step: ${call}`);
    }
  }

  function passed(state: State, ms: number): State {
    const nowMs = state.nowMs + ms;
    const late = state.receivers.filter(({ dueMs }) => dueMs <= nowMs);
    const receivers = state.receivers.filter(({ dueMs }) => dueMs > nowMs);
    return late.reduce<State>((one, { at }) => ended(one, at, "null"), { ...state, nowMs, receivers });
  }

  return {
    start: {
      nowMs: 0,
      waiting: [],
      back: [],
      inFlight: [],
      receivers: [],
      dead: 0,
      deliveries: 0,
      published: 0,
      aborting: [],
      handed: [],
      outcomes: {},
      receipts: [],
    },

    next(state) {
      const { mostWaiting = 2, mostPublished } = scope;
      // The latest receipts: one whose delivery is in flight still, and one whose delivery is over.
      const valid = state.receipts.filter((at) => state.inFlight.some(({ receive }) => receive === at));
      const spent = state.receipts.filter((at) => !valid.includes(at)).slice(-1);
      return scope.calls.flatMap((call): Step[] => {
        switch (call) {
          case "publish":
            return state.published < mostPublished ? [{ call, n: state.published }] : [];
          case "receive":
            return state.receivers.length < mostWaiting ? [{ call }] : [];
          case "abort":
            return [...new Set([...state.receivers.map(({ at }) => at), ...state.handed])].map((of) => ({ call, of }));
          case "ack":
          case "release":
            return [...valid, ...spent].map((of) => ({ call, of }));
          case "extend":
            return [...valid, ...spent].flatMap((of) => EXTENSIONS_MS.map((n) => ({ call, n, of })));
          case "clock":
            return scope.clockMs.map((n) => ({ call, n }));
          default:
            return [{ call }];
        }
      });
    },

    after(state, step, at) {
      const before = state.back.length > 0 ? [arrived(state), state] : [state];
      return before.flatMap((one) => made(one, step, at));
    },

    rest(state) {
      let over = arrived(state);
      for (const { at } of over.receivers) if (over.aborting.includes(at)) over = ended(over, at, ABORTED);
      const receivers = over.receivers.filter(({ at }) => !over.aborting.includes(at));
      for (const at of over.handed) {
        const message = over.inFlight.find(({ receive }) => receive === at)?.message;
        if (message) over = ended(over, at, deliveryInWords(bodyOf(message.n), message.receiveCount));
      }
      const shows = `waiting ${over.waiting.length}, in flight ${over.inFlight.length}`;
      const sight: Sight = { outcomes: over.outcomes, shows: over.dead > 0 ? `${shows}, dead ${over.dead}` : shows };
      const receipts = [...over.receipts, ...over.handed];
      return [{ sight, state: { ...over, receivers, outcomes: {}, handed: [], aborting: [], receipts } }];
    },

    key: (state) => JSON.stringify(state),

    shape({ waiting, inFlight, receivers, nowMs, receipts }) {
      const age = (dueMs: number) => (dueMs <= nowMs ? "due" : "later");
      const spent = receipts.length > inFlight.length;
      // Since `extend`, those that are due need not have been delivered in the order of their deadlines.
      const isCrossed = inFlight.some(({ dueMs }, index) => dueMs < (inFlight[index - 1]?.dueMs ?? 0));
      return [
        waiting.map(({ receiveCount }) => Math.min(receiveCount, 2)),
        inFlight.map(({ message, dueMs }) => `${age(dueMs)}${Math.min(message.receiveCount, 2)}`),
        receivers.map(({ dueMs }) => age(dueMs)),
        spent,
        isCrossed,
      ].join("|");
    },
  };
}
