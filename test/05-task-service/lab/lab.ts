// The lab of lesson 05: clients order over HTTP, and the tasks are done later, the urgent ones first.

import type { Knob, Lab, Preset } from "../../../scripts/lab/lab.ts";
import { bets, todos } from "./bets.ts";
import { type Given, scene } from "./scene.ts";

const knobs = {
  perSecond: { label: "Arrival rate", unit: "per second", least: 0, most: 8, step: 0.5, value: 2 },
  burst: { label: "Reports ordered at 1 s", unit: "", least: 0, most: 60, step: 5, value: 0 },
  urgentPercent: { label: "Share of urgent tasks", unit: "%", least: 0, most: 100, step: 5, value: 30 },
  serviceMs: { label: "Service time", unit: "ms", least: 100, most: 3000, step: 100, value: 1000 },
  workers: { label: "Slots (concurrency)", unit: "", least: 1, most: 6, step: 1, value: 3 },
  failurePercent: { label: "Failure rate", unit: "%", least: 0, most: 100, step: 5, value: 10 },
  bound: { label: "Unfinished at most (0: no bound)", unit: "", least: 0, most: 40, step: 4, value: 0 },
} satisfies Record<string, Knob>;

const presets: Preset[] = [
  {
    id: "urgent-first",
    name: "The urgent first",
    look: "Look at the slots: the mails (high) in them came later than the reports (normal) that wait.",
    settings: { perSecond: 2.5, burst: 20, urgentPercent: 70, failurePercent: 0 },
    showsAtMs: 5_500,
  },
  {
    id: "monday",
    name: "Monday, 09:01",
    look: '40 people press "Report", and have their answer at once. Nobody stands at the door while three slots work.',
    settings: { burst: 40, perSecond: 0.5, failurePercent: 0 },
    showsAtMs: 1_500,
  },
  {
    id: "starving",
    name: "Low tasks starve",
    look: "Mails (high) come faster than three slots do them. See how long a newsletter (low) waits.",
    settings: { perSecond: 5, urgentPercent: 80, failurePercent: 0 },
    showsAtMs: 20_000,
  },
  {
    id: "every-second-fails",
    name: "Every second task fails",
    look: "A task that fails gives its slot back: the next one begins at the same moment.",
    settings: { perSecond: 2.5, failurePercent: 50, burst: 5 },
    showsAtMs: 5_000,
  },
  {
    id: "a-bound",
    name: "No more than 12 unfinished",
    look: 'With maxUnfinished the door says 503 to whoever comes too many. It is part of "Going further".',
    settings: { burst: 40, perSecond: 1, bound: 12, failurePercent: 0 },
    showsAtMs: 1_300,
  },
];

/** A service that takes orders at once and does them later. */
export const lab: Lab<Given> = {
  title: "Reports, mails and newsletters",
  about:
    "Clients POST tasks to your app, which hands them to your queue and answers 202; the queue works on a few at a time, the most urgent first.",
  files: ["05-task-service/task-queue.ts", "05-task-service/app.ts"],
  parts: ["door"],
  words: { producer: "client", consumer: "slot", item: "task" },
  knobs,
  presets,
  bets,
  todos,
  durationMs: 30_000,
  scene,
};
