// Small labs of their own, for the tests of the lab's engine.

import type { Recording } from "../../scripts/lab/events.ts";
import type { Heartbeat } from "../../scripts/lab/heartbeat.ts";
import type { Lab } from "../../scripts/lab/lab.ts";
import { runLab } from "../../scripts/lab/run.ts";
import type { Happening } from "../../scripts/lab/stage.ts";
import { clock } from "../support/virtual-time/install.ts";

export type Scene = Lab<object>["scene"];

export function labWith(scene: Scene): Lab<object> {
  const speed = { label: "Speed", unit: "", least: 0, most: 9, step: 1, value: 3 };
  const words = { title: "A shop", about: "", files: [], parts: [], presets: [], bets: [], todos: [] };
  return { ...words, knobs: { speed }, durationMs: 10_000, scene };
}

export function run(scene: Scene, report: (heartbeat: Heartbeat) => void = () => {}, seed = 1): Promise<Recording> {
  return runLab(labWith(scene), {}, { settings: {}, seed }, clock, report);
}

/** A recording of what is noted at once, one second after another. */
export async function recordingOf(...happenings: readonly Happening[]): Promise<Recording> {
  return await run(async (_given, stage) => {
    stage.cast({ producers: ["Shop"], consumers: ["Ada", "Bob"], capacity: null });
    for (const happening of happenings) {
      stage.note(happening);
      await stage.wait(1_000);
    }
  });
}

export const order = (item: number): Happening[] => [
  { kind: "made", item, label: `order ${item}`, by: "Shop" },
  { kind: "offered", item, by: "Shop" },
  { kind: "queued", item },
];
