// Run it: npm run play 05
//
// Six tasks and three slots: three newsletters are there first, and what is urgent comes a little later.

import { setTimeout as sleep } from "node:timers/promises";
import type { Task } from "./models.ts";
import { type Processor, TaskQueue } from "./task-queue.ts";

const SLOTS = 3;
const startedMs = Date.now();

const say = (what: string) => console.log(`${((Date.now() - startedMs) / 1000).toFixed(1).padStart(4)} s  ${what}`);

/** Does what its payload says: works for `work_ms`, and fails if it `fails`. */
const work: Processor = async ({ payload, priority }) => {
  say(`begins   ${payload.name}, priority ${priority}`);
  await sleep(Number(payload.work_ms));
  if (payload.fails) {
    say(`fails    ${payload.name}`);
    throw new Error("The mailbox is full");
  }
  say(`ends     ${payload.name}`);
};

const queue = new TaskQueue({
  processors: { resize_image: work, generate_report: work, send_email: work },
  concurrency: SLOTS,
});
queue.start();

const newsletter = { task_type: "send_email", priority: 3 } as const;
queue.submit({ ...newsletter, payload: { name: "news to Ada", work_ms: 1000 } });
queue.submit({ ...newsletter, payload: { name: "news to Bob", work_ms: 1400, fails: true } });
queue.submit({ ...newsletter, payload: { name: "news to Cleo", work_ms: 2000 } });

await sleep(300);
say("a report and two photos are submitted");
queue.submit({ task_type: "generate_report", priority: 2, payload: { name: "report", work_ms: 1000 } });
queue.submit({ task_type: "resize_image", priority: 1, payload: { name: "photo 1", work_ms: 800 } });
queue.submit({ task_type: "resize_image", priority: 1, payload: { name: "photo 2", work_ms: 900 } });

const isOver = ({ finished_at }: Task) => finished_at !== null;
while (!queue.list().every(isOver) && Date.now() - startedMs < 4500) await sleep(50);
console.log(`\n${picture(queue.list().filter(isOver))}`);

/** A line for each slot, with the tasks that were in it; a character is 50 ms. */
function picture(tasks: Task[]): string {
  const columnOf = (time: string | null) => Math.round((Date.parse(time ?? "") - startedMs) / 50);
  const lines = Array.from({ length: SLOTS }, (_, slot) => `slot ${slot + 1}  `);
  const margin = "slot 1  ".length;
  const inOrder = tasks.toSorted((a, b) => columnOf(a.started_at) - columnOf(b.started_at));
  for (const { payload, priority, status, started_at, finished_at } of inOrder) {
    const begin = margin + columnOf(started_at);
    const width = columnOf(finished_at) - columnOf(started_at);
    const name = ` ${payload.name} (${priority}) `.slice(0, width - 3);
    const bar = `├─${name.padEnd(width - 3, "─")}${status === "failed" ? "✗" : "┤"}`;
    // A slot is free when what was in it ends where this begins, or a rounding later.
    const slot = lines.findIndex((line) => line.length <= begin + 1);
    lines[slot] = `${(lines[slot] ?? "").slice(0, begin).padEnd(begin)}${bar}`;
  }
  const seconds = [0, 1, 2].map((second) => `${second} s`.padEnd(20)).join("");
  return [" ".repeat(margin) + seconds.trimEnd(), ...lines].join("\n");
}
