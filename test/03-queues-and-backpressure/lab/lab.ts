// The lab of lesson 03: a shop that imports orders. Readers put them into the learner's queue, workers get
// them and book them, and either may have to wait for the other.

import type { Knob, Lab, Preset } from "../../../scripts/lab/lab.ts";
import type { Stage } from "../../../scripts/lab/stage.ts";
import { bets, todos } from "./bets.ts";
import { Inspection } from "./inspection.ts";
import { Ledger } from "./ledger.ts";

type Given = typeof import("#lesson/03-queues-and-backpressure/async-queue.ts");

const READERS = ["Reader 1", "Reader 2", "Reader 3"];
const WORKERS = ["Ada", "Bob", "Cleo", "Dan"];

/** How long a worker who went away with nothing stays away. */
const BREAK_MS = 700;

const knobs = {
  arrivals: { label: "Arrival rate", unit: "per second", least: 0.5, most: 20, step: 0.5, value: 10 },
  burst: { label: "Orders at a time", unit: "", least: 1, most: 20, step: 1, value: 1 },
  capacity: { label: "Capacity", unit: "", least: 1, most: 20, step: 1, value: 3 },
  serviceMs: { label: "Service time", unit: "ms", least: 50, most: 3_000, step: 50, value: 500 },
  consumers: { label: "Workers", unit: "", least: 1, most: WORKERS.length, step: 1, value: 1 },
  patienceMs: { label: "Patience (0: no end)", unit: "ms", least: 0, most: 10_000, step: 100, value: 0 },
} satisfies Record<string, Knob>;

const presets: Preset[] = [
  {
    id: "fast-producer-slow-consumer",
    name: "Fast producer, slow consumer",
    look: "The queue is full, and all three readers wait outside. They could read 10 orders a second, and go at Ada's pace: 2.",
    settings: {},
    showsAtMs: 2_900,
  },
  {
    id: "burst",
    name: "Burst",
    look: "Eight orders at once. Two go straight to Ada and Bob, five find room, and one waits outside.",
    settings: { arrivals: 2, burst: 8, capacity: 5, serviceMs: 800, consumers: 2 },
    showsAtMs: 200,
  },
  {
    id: "slow-producer-fast-consumers",
    name: "Slow producer, fast consumers",
    look: "Now the workers wait. Each order goes to the one who has waited longest, and never lies in the queue.",
    settings: { arrivals: 2, consumers: 3 },
    showsAtMs: 4_800,
  },
  {
    id: "a-larger-queue",
    name: "A larger queue",
    look: "Room for 20 puts the waiting off for three seconds. After that the readers wait as before, and each order waits longer.",
    settings: { capacity: 20 },
    showsAtMs: 8_000,
  },
  {
    id: "enough-workers",
    name: "Enough workers",
    look: "Four workers book 8 orders a second, and 6 come: nobody waits outside.",
    settings: { arrivals: 6, consumers: 4 },
    showsAtMs: 5_000,
  },
  {
    id: "out-of-patience",
    name: "Out of patience",
    look: "Whoever has waited 900 ms gives up. An order that was given up at the door never comes in.",
    settings: { patienceMs: 900 },
    showsAtMs: 4_000,
  },
  {
    id: "away-with-nothing",
    name: "Away with nothing",
    look: "A worker who has waited 400 ms leaves, and asks again after a while. No order may go to one who has left.",
    settings: { arrivals: 2, consumers: 3, patienceMs: 400 },
    showsAtMs: 1_700,
  },
];

/** Readers, a queue with a limit, and workers. */
export const lab: Lab<Given> = {
  title: "A shop imports its orders",
  about: "Three readers put orders into your queue, and wait where it is full; workers get them out and book them.",
  files: ["03-queues-and-backpressure/async-queue.ts"],
  parts: ["outside"],
  words: { producer: "reader", consumer: "worker", item: "order" },
  knobs,
  presets,
  bets,
  todos,
  durationMs: 40_000,
  scene,
};

async function scene(given: Given, stage: Stage): Promise<void> {
  const { arrivals = 1, burst = 1, capacity = 1, serviceMs = 50, consumers = 1, patienceMs = 0 } = stage.knobs;
  const workers = WORKERS.slice(0, consumers);
  stage.cast({ producers: READERS, consumers: workers, capacity });

  const queue = stage.calls(`new AsyncQueue({ maxSize: ${capacity} })`, () => {
    return new given.AsyncQueue<number>({ maxSize: capacity });
  });
  const ledger = new Ledger(stage, queue);
  const inspection = new Inspection(queue, capacity, ledger);
  stage.counts(() => ({ waiting: inspection.look() }));

  /** A block of orders is read at once; the next one is read `blockMs` after all of it is in. */
  const blockMs = (1_000 * burst * READERS.length) / arrivals;

  async function read(name: string, index: number): Promise<void> {
    if (index > 0) await stage.wait((blockMs * index) / READERS.length);
    for (;;) {
      const block = Array.from({ length: burst }, () => ledger.made(name));
      await Promise.all(block.map((order) => put(order, name)));
      await stage.wait(blockMs);
    }
  }

  async function put(order: number, name: string): Promise<void> {
    const patience = patienceFor(stage, patienceMs);
    try {
      await stage.calls(`${name}: put(${order})`, () => queue.put(order, { signal: patience?.signal }));
      ledger.isIn(order);
    } catch (error) {
      if (!patience?.signal.aborted) throw error;
      ledger.gaveUp(order, error, patience.signal, patienceMs);
    }
  }

  async function work(name: string): Promise<void> {
    for (;;) {
      const order = await get(name);
      await stage.wait(order === null ? BREAK_MS : serviceMs);
      if (order === null) continue;
      if (ledger.isFirstBooking(order, name)) stage.calls(`${name}: taskDone()`, () => queue.taskDone());
    }
  }

  async function get(name: string): Promise<number | null> {
    const patience = patienceFor(stage, patienceMs);
    ledger.asks(name);
    try {
      return ledger.taken(await stage.calls(`${name}: get()`, () => queue.get({ signal: patience?.signal })), name);
    } catch (error) {
      if (!patience?.signal.aborted) throw error;
      ledger.leaves(name, error, patience.signal);
      return null;
    }
  }

  await Promise.all([...workers.map(work), ...READERS.map(read)]);
}

/** Aborts after `ms`, also where the wait is over by then: a late abort must not harm anybody. */
function patienceFor(stage: Stage, ms: number): AbortController | undefined {
  if (ms === 0) return undefined;
  const patience = new AbortController();
  void stage.wait(ms).then(() => patience.abort(new Error(`No patience after ${ms} ms`)));
  return patience;
}
