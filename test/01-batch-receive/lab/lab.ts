// The lab of lesson 01: a newsletter. Its messages lie in a queue that is a trip of 100 ms away, and
// workers fetch them in batches.

import type { Knob, Lab, Preset } from "../../../scripts/lab/lab.ts";
import type { Stage } from "../../../scripts/lab/stage.ts";
import { bets, todos } from "./bets.ts";
import { Register } from "./register.ts";

type Given = typeof import("#lesson/01-batch-receive/in-memory-queue.ts");

const WORKERS = ["Ada", "Bob", "Cleo", "Dan"];
const SENDER = "Sender";

/** How long a worker leaves a queue alone that was empty, before it asks again. */
const PAUSE_MS = 500;

const knobs = {
  backlog: { label: "Messages at the start", unit: "", least: 0, most: 50, step: 1, value: 20 },
  arrivals: { label: "Arrival rate", unit: "per second", least: 0, most: 60, step: 1, value: 0 },
  batchSize: { label: "Batch size", unit: "", least: 1, most: 20, step: 1, value: 4 },
  serviceMs: { label: "Service time", unit: "ms", least: 10, most: 500, step: 10, value: 40 },
  consumers: { label: "Workers", unit: "", least: 1, most: WORKERS.length, step: 1, value: 2 },
} satisfies Record<string, Knob>;

const presets: Preset[] = [
  {
    id: "two-workers",
    name: "Two workers",
    look: "Ada and Bob asked at the same moment, and after one trip each of them has four other messages in hand.",
    settings: {},
    showsAtMs: 120,
  },
  {
    id: "one-by-one",
    name: "One by one",
    look: "One message a trip: 100 ms on the way for every 40 ms of work.",
    settings: { batchSize: 1, consumers: 1 },
    showsAtMs: 1_480,
  },
  {
    id: "in-batches",
    name: "In batches",
    look: "One worker again, ten messages a trip. Compare the moment when all 20 are sent.",
    settings: { batchSize: 10, consumers: 1 },
    showsAtMs: 600,
  },
  {
    id: "last-trip",
    name: "The last trip brings nothing",
    look: "Trips of 4, 4 and 2, and then an empty one: only that one says that nothing is left.",
    settings: { backlog: 10, consumers: 1 },
    showsAtMs: 800,
  },
  {
    id: "all-in-one-hand",
    name: "All in one hand",
    look: "Batches of 20: Ada has everything, and Bob comes back with nothing to do.",
    settings: { batchSize: 20 },
    showsAtMs: 300,
  },
  {
    id: "a-steady-stream",
    name: "A steady stream",
    look: "30 messages a second arrive. Batches of 4 keep up; see what batches of 1 do.",
    settings: { backlog: 0, arrivals: 30, serviceMs: 20 },
    showsAtMs: 2_600,
  },
];

/** A newsletter that is fetched in batches. */
export const lab: Lab<Given> = {
  title: "A newsletter goes out",
  about:
    "The messages wait in your queue, one trip of 100 ms away; each worker fetches a batch, sends its messages one after the other, and asks again.",
  files: ["01-batch-receive/in-memory-queue.ts"],
  parts: [],
  words: { producer: "sender", consumer: "worker", item: "message" },
  knobs,
  presets,
  bets,
  todos,
  durationMs: 10_000,
  scene,
};

async function scene(given: Given, stage: Stage): Promise<void> {
  const { backlog = 0, arrivals = 0, batchSize = 1, serviceMs = 10, consumers = 1 } = stage.knobs;
  const workers = WORKERS.slice(0, consumers);
  stage.cast({ producers: [SENDER], consumers: workers, capacity: null });

  const register = new Register(stage);
  const first = Array.from({ length: backlog }, () => register.made(SENDER));
  const queue = stage.calls("new InMemoryQueue(messages)", () => new given.InMemoryQueue(first));
  for (const message of first) register.queued(message);

  async function send(): Promise<void> {
    while (arrivals > 0) {
      await stage.wait(1_000 / arrivals);
      const message = register.made(SENDER);
      stage.calls(`${SENDER}: send(${message})`, () => queue.send(message));
      register.queued(message);
    }
  }

  async function work(name: string): Promise<void> {
    for (let trips = 1; ; trips += 1) {
      const trip = register.leaves(name, batchSize, given.NETWORK_DELAY_MS);
      const brought = await stage.calls(`${name}: receiveBatch(${batchSize})`, () => queue.receiveBatch(batchSize));
      const batch = register.returns(trip, brought);
      for (const message of batch) {
        await stage.wait(serviceMs);
        register.finished(message, name);
      }
      register.looksAgain(trip, brought);
      if (batch.length > 0) continue;
      if (arrivals === 0) {
        const made = trips === 1 ? "1 trip" : `${trips} trips`;
        stage.note({
          kind: "says",
          text: `${name} has made ${made}. The last one was empty, so nothing is left to fetch.`,
        });
        return;
      }
      await stage.wait(PAUSE_MS);
    }
  }

  await Promise.all([send(), ...workers.map(work)]);
}
