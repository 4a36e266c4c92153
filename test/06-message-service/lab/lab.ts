// The lab of lesson 06: invoices go through the learner's service and SQS to the learner's processor.

import type { Knob, Lab, Preset } from "../../../scripts/lab/lab.ts";
import { bets, todos } from "./bets.ts";
import { type Given, scene } from "./scene.ts";

const knobs = {
  perSecond: { label: "Arrival rate", unit: "per second", least: 0, most: 8, step: 0.5, value: 3 },
  burst: { label: "Invoices sent at 1 s", unit: "", least: 0, most: 60, step: 4, value: 0 },
  serviceMs: {
    label: "Service time (every twelfth: ten times as long)",
    unit: "ms",
    least: 100,
    most: 2000,
    step: 100,
    value: 400,
  },
  workers: { label: "Workers (maxWorkers)", unit: "", least: 1, most: 8, step: 1, value: 4 },
  visibilityS: { label: "Visibility timeout", unit: "s", least: 1, most: 30, step: 1, value: 10 },
  heartbeatPercent: { label: "Heartbeats that reach SQS", unit: "%", least: 0, most: 100, step: 10, value: 100 },
  failurePercent: { label: "Failure rate", unit: "%", least: 0, most: 100, step: 5, value: 0 },
  poison: { label: "Poison messages in ten", unit: "", least: 0, most: 5, step: 1, value: 0 },
  maxReceives: { label: "Receives before the dead letters", unit: "", least: 1, most: 10, step: 1, value: 3 },
  crashAtS: { label: "The worker process dies at (0: never)", unit: "s", least: 0, most: 20, step: 1, value: 0 },
  outageS: { label: "SQS fails from 5 s on, for", unit: "s", least: 0, most: 20, step: 1, value: 0 },
} satisfies Record<string, Knob>;

const presets: Preset[] = [
  {
    id: "one-slow",
    name: "One slow message",
    look: "Invoice 3 keeps one worker busy for 4 s. The other three go on: nobody waits for the slowest of a batch.",
    settings: { burst: 12 },
    showsAtMs: 2_500,
  },
  {
    id: "burst",
    name: "Burst",
    look: "60 invoices come at once. The shops have their answers, and four workers fetch what they have hands for.",
    settings: { burst: 60, perSecond: 0.5 },
    showsAtMs: 2_000,
  },
  {
    id: "crash",
    name: "Crash in mid-task",
    look: "The process dies with four invoices in its hands. They are in flight with nobody, until their clocks run out.",
    settings: { crashAtS: 5, serviceMs: 1000, visibilityS: 6, perSecond: 3 },
    showsAtMs: 6_000,
  },
  {
    id: "too-short",
    name: "Too short a visibility timeout",
    look: "A slow invoice needs 4 s, its timeout is 2 s, and no heartbeat gets through: it is handed out while it is worked on.",
    settings: { visibilityS: 2, heartbeatPercent: 0, perSecond: 2 },
    showsAtMs: 5_000,
  },
  {
    id: "heartbeat",
    name: "The same, with a heartbeat",
    look: "As long as its handler runs, its clock is set anew before it runs out (06.6).",
    settings: { visibilityS: 2, perSecond: 2 },
    showsAtMs: 5_000,
  },
  {
    id: "poison",
    name: "A poison message",
    look: "Invoice 4 fails each time. After three receives it lies with the dead letters, and is in nobody's way.",
    settings: { poison: 1, visibilityS: 3 },
    showsAtMs: 12_000,
  },
  {
    id: "outage",
    name: "SQS fails for 5 s",
    look: "At the door shops are answered 503. The processor asks again and again, with pauses that grow.",
    settings: { outageS: 5 },
    showsAtMs: 9_000,
  },
];

/** A message service, and the workers behind its queue. */
export const lab: Lab<Given> = {
  title: "Invoices through SQS",
  about:
    "Shops POST invoices to your service, which sends them to SQS; your processor receives them for its free workers, has them printed, and deletes what is done.",
  files: ["06-message-service/message-service.ts", "06-message-service/queue-processor.ts"],
  parts: ["door", "tray", "dead letters"],
  words: { producer: "shop", consumer: "worker", item: "invoice" },
  knobs,
  presets,
  bets,
  todos,
  durationMs: 30_000,
  scene,
};
