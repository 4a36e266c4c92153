// Simulated work, one processor for each type of task. Nothing is resized or sent: a task goes through
// its stages, reports before each how far it is, and about one in ten fails on the way.

import { setTimeout as sleep } from "node:timers/promises";
import type { Task, TaskType } from "./models.ts";
import type { Processor } from "./task-queue.ts";

interface Stage {
  name: string;
  durationMs: number;
}

const RESIZE_IMAGE: Stage[] = [
  { name: "decode the image", durationMs: 400 },
  { name: "scale it", durationMs: 1100 },
  { name: "encode it", durationMs: 500 },
];

const GENERATE_REPORT: Stage[] = [
  { name: "query the figures", durationMs: 1500 },
  { name: "sum them up", durationMs: 500 },
  { name: "draw the charts", durationMs: 1200 },
  { name: "lay out the pages", durationMs: 800 },
];

const SEND_EMAIL: Stage[] = [
  { name: "connect to the mail server", durationMs: 300 },
  { name: "hand over the message", durationMs: 700 },
];

const FAILED_TASKS = 0.1;

/**
 * @param random Gives numbers from 0 up to, and not including, 1, and decides what fails: with
 * `() => 0.5` nothing does, with `() => 0` everything.
 */
export function simulatedProcessors(random: () => number = Math.random): Record<TaskType, Processor> {
  const through = (stages: Stage[], result: (task: Task) => unknown): Processor => {
    return async (task, report) => {
      for (const [index, stage] of stages.entries()) {
        report(Math.round((100 * index) / stages.length));
        await sleep(stage.durationMs);
        if (random() < FAILED_TASKS / stages.length) throw new Error(`Could not ${stage.name}`);
      }
      return result(task);
    };
  };
  return {
    resize_image: through(RESIZE_IMAGE, ({ id }) => ({ image: `images/${id}.webp` })),
    generate_report: through(GENERATE_REPORT, ({ id, payload }) => ({
      report: `reports/${payload.report_id ?? id}.pdf`,
    })),
    send_email: through(SEND_EMAIL, ({ id }) => ({ message_id: `<${id}@mail.example>` })),
  };
}
