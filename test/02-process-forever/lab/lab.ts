// The lab of lesson 02: a photo shop. The loop is the learner's; the queue in front of it and the handler
// are the shop's own.

import type { Knob, Lab, Preset } from "../../../scripts/lab/lab.ts";
import type { Stage } from "../../../scripts/lab/stage.ts";
import { bets, TOLD_TO_STOP, todos } from "./bets.ts";
import { Counter } from "./counter.ts";
import { Watch } from "./watch.ts";

type Given = typeof import("#lesson/02-process-forever/process-forever.ts");

const WORKER = "Ada";
const SHOP = "Shop";

/** How long after one loop has stopped the next one begins: a deploy. */
const DEPLOY_MS = 2_000;

const knobs = {
  arrivals: { label: "Arrival rate", unit: "per second", least: 0, most: 20, step: 0.5, value: 6 },
  batchSize: { label: "Batch size", unit: "", least: 1, most: 10, step: 1, value: 5 },
  serviceMs: { label: "Service time", unit: "ms", least: 100, most: 3_000, step: 100, value: 600 },
  failureRate: { label: "Failure rate", unit: "%", least: 0, most: 100, step: 5, value: 0 },
  pollMs: { label: "Poll interval", unit: "ms", least: 0, most: 5_000, step: 100, value: 1_000 },
  stopMs: { label: "Told to stop after (0: never)", unit: "ms", least: 0, most: 29_000, step: 100, value: 0 },
} satisfies Record<string, Knob>;

const presets: Preset[] = [
  {
    id: "five-at-a-time",
    name: "Five at a time",
    look: "All five photos of a batch are worked on at once. The next batch is fetched when the slowest of them is done.",
    settings: {},
    showsAtMs: 5_900,
  },
  {
    id: "a-bad-message",
    name: "A bad message",
    look: "Every seventh photo or so cannot be resized. It has failed for good, since nobody puts it back; its batch is finished without it.",
    settings: { failureRate: 15 },
    showsAtMs: 1_700,
  },
  {
    id: "nothing-to-do",
    name: "Nothing to do",
    look: "A photo every two seconds. After an empty batch the loop leaves the queue alone for one second, also when a photo comes meanwhile.",
    settings: { arrivals: 0.5 },
    showsAtMs: 4_300,
  },
  {
    id: "stop-in-mid-batch",
    name: "Stop in mid-batch",
    look: "Ada is told to stop with five photos in her hands. She asks for no more, and puts down none of the five.",
    settings: { arrivals: 5, serviceMs: 1_000, stopMs: 3_000 },
    showsAtMs: 3_050,
  },
  {
    id: "too-many-photos",
    name: "Too many photos",
    look: "12 photos a second come, and 5 or 6 are done. Ada never holds more than five: the queue takes the rest.",
    settings: { arrivals: 12 },
    showsAtMs: 10_000,
  },
];

/** A loop that resizes photos. */
export const lab: Lab<Given> = {
  title: "A photo shop",
  about:
    "Photos wait in the shop's queue; your loop fetches them in batches, 100 ms a trip, and has each of them resized.",
  files: ["02-process-forever/process-forever.ts"],
  parts: [],
  words: { producer: "shop", consumer: "worker", item: "photo" },
  knobs,
  presets,
  bets,
  todos,
  durationMs: 30_000,
  scene,
};

async function scene(given: Given, stage: Stage): Promise<void> {
  const { arrivals = 0, batchSize = 1, pollMs = 0, stopMs = 0 } = stage.knobs;
  stage.cast({ producers: [SHOP], consumers: [WORKER], capacity: null });
  const counter = new Counter(stage, SHOP);

  async function takePhotosIn(): Promise<void> {
    while (arrivals > 0) {
      counter.takeIn();
      await stage.wait(1_000 / arrivals);
    }
  }

  /** One call of the loop, from its begin until it has stopped. Whether it stopped because it was told to. */
  async function run(stopAfterMs: number): Promise<boolean> {
    const stop = new AbortController();
    stage.signal.addEventListener("abort", () => stop.abort(), { once: true });
    const watch = new Watch(stage, counter, { by: WORKER, batchSize, pollMs, signal: stop.signal });
    if (stopAfterMs > 0) {
      void stage.wait(stopAfterMs).then(() => {
        stage.note({ kind: "says", text: `${TOLD_TO_STOP} with ${watch.inHands} in her hands.` });
        watch.toldToStop();
        stop.abort();
      });
    }
    const { source, handler, onError } = watch;
    const options = { signal: stop.signal, batchSize, pollIntervalMs: pollMs, onError };
    try {
      await stage.calls(`${WORKER}: processForever(source, handler, options)`, () =>
        given.processForever(source, handler, options),
      );
      return watch.hasResolved();
    } catch (error) {
      if (!watch.knows(error)) throw error;
      return false;
    }
  }

  async function work(): Promise<void> {
    if (!(await run(stopMs))) return;
    stage.note({ kind: "says", text: `${WORKER}'s loop has stopped. In ${DEPLOY_MS / 1_000} s the next one begins.` });
    await stage.wait(DEPLOY_MS);
    stage.note({ kind: "says", text: "A new loop begins." });
    await run(0);
  }

  await Promise.all([takePhotosIn(), work()]);
}
