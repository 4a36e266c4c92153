// What goes over the wire, as zod schemas. A schema and the type of what it lets through share a
// name: `Task` the value describes tasks to OpenAPI, `Task` the type describes them to the compiler.

import { z } from "@hono/zod-openapi";

export const TaskType = z.enum(["resize_image", "generate_report", "send_email"]).openapi("TaskType");
export type TaskType = z.infer<typeof TaskType>;

/** 1 is high, 2 normal, 3 low: the lowest number runs first. */
export const Priority = z
  .literal([1, 2, 3])
  .openapi("Priority", { type: "integer", enum: [1, 2, 3], description: "1 high, 2 normal, 3 low" });
export type Priority = z.infer<typeof Priority>;

export const TaskStatus = z.enum(["pending", "processing", "completed", "failed", "cancelled"]).openapi("TaskStatus");
export type TaskStatus = z.infer<typeof TaskStatus>;

/**
 * Deeper than any real payload, and shallow enough to be walked: what is nested ten thousand times
 * overflows the stack of `JSON.stringify`, and could be stored, but never shown.
 */
const MOST_LEVELS = 100;

/** What a client submits. Fields that are not named here are dropped. */
export const TaskSubmission = z
  .object({
    task_type: TaskType,
    payload: z
      .record(z.string(), z.unknown())
      .refine((payload) => isNestedAtMost(MOST_LEVELS, payload), `Expected at most ${MOST_LEVELS} levels`)
      .default({})
      .openapi({ example: { report_id: "q4" } }),
    priority: Priority.default(2),
  })
  .openapi("TaskSubmission");
export type TaskSubmission = z.infer<typeof TaskSubmission>;

/** The times are ISO 8601, in UTC, and null until they have come. */
export const Task = z
  .object({
    id: z.string(),
    task_type: TaskType,
    payload: z.record(z.string(), z.unknown()),
    priority: Priority,
    status: TaskStatus,
    progress: z.number().min(0).max(100),
    result: z.unknown().openapi({ description: "What the task returned; null unless it is completed" }),
    error: z.string().nullable().openapi({ description: "Why it failed; null unless it has" }),
    created_at: z.iso.datetime(),
    started_at: z.iso.datetime().nullable(),
    finished_at: z.iso.datetime().nullable(),
  })
  .openapi("Task");
export type Task = z.infer<typeof Task>;

/** The body of every answer that is an error. */
export const ErrorAnswer = z.object({ error: z.string() }).openapi("ErrorAnswer");
export type ErrorAnswer = z.infer<typeof ErrorAnswer>;

export const Health = z.object({ status: z.literal("ok") }).openapi("Health");
export type Health = z.infer<typeof Health>;

/** What the app has answered so far. */
export const Figures = z.object({ requests: z.int().min(0), average_latency_ms: z.number().min(0) }).openapi("Figures");
export type Figures = z.infer<typeof Figures>;

function isNestedAtMost(levels: number, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  return levels > 0 && Object.values(value).every((part) => isNestedAtMost(levels - 1, part));
}
