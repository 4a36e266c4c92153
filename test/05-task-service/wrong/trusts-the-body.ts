// Misconception: What a client sends as JSON is a task submission: the type says so.
// Way out: A type is gone when the program runs. Let the schema look at the body, and answer 422 with what it says.
// Must fail: 05.7 a submission without a task_type is answered with 422, and nothing is submitted
// Must fail: 05.7 a submission with an unknown task_type is answered with 422, and nothing is submitted
// Must fail: 05.7 a submission with the task_type constructor is answered with 422, and nothing is submitted
// Must fail: 05.7 a submission with a task_type that is null is answered with 422, and nothing is submitted
// Must fail: 05.7 a submission with a task_type that is an array is answered with 422, and nothing is submitted
// Must fail: 05.7 a submission with priority 0 is answered with 422, and nothing is submitted
// Must fail: 05.7 a submission with priority 4 is answered with 422, and nothing is submitted
// Must fail: 05.7 a submission with priority 1.5 is answered with 422, and nothing is submitted
// Must fail: 05.7 a submission with priority "1" is answered with 422, and nothing is submitted
// Must fail: 05.7 a submission with priority true is answered with 422, and nothing is submitted
// Must fail: 05.7 a submission with priority null is answered with 422, and nothing is submitted
// Must fail: 05.7 a submission with a payload that is a string is answered with 422, and nothing is submitted
// Must fail: 05.7 a submission with a payload that is a number is answered with 422, and nothing is submitted
// Must fail: 05.7 a submission with a payload that is an array is answered with 422, and nothing is submitted
// Must fail: 05.7 a submission with a payload that is null is answered with 422, and nothing is submitted
// Must fail: 05.7 a submission of an array is answered with 422, and nothing is submitted
// Must fail: 05.7 a submission of a string is answered with 422, and nothing is submitted
// Must fail: 05.7 a submission of a number is answered with 422, and nothing is submitted
// Must fail: 05.7 a body is checked with Content-Type: text/plain, too, or refused with 415
// Must fail: 05.7 a body is checked with Content-Type: application/x-www-form-urlencoded, too, or refused with 415
// Must fail: 05.7 a body is checked without a Content-Type, too, or refused with 415
// Stands for: app.ts

import { Hono } from "hono";
import { docsRoutes } from "./docs.ts";
import { answerNotFound, answerUnexpected, Metrics } from "./middleware.ts";
import { TaskStatus, type TaskSubmission } from "./models.ts";
import { TaskNotFoundError, TaskNotPendingError, type TaskQueue } from "./task-queue.ts";

export function createApp(queue: TaskQueue): { fetch(request: Request): Response | Promise<Response> } {
  const metrics = new Metrics();
  const app = new Hono();
  app.use(metrics.count);
  app.notFound(answerNotFound);
  app.onError(answerUnexpected);

  app.post("/tasks", async (c) => {
    const body = await c.req.json<TaskSubmission>().catch(() => undefined);
    if (!body) return c.json({ error: "The body is no JSON" }, 422);
    const { task_type, payload = {}, priority = 2 } = body;
    return c.json(queue.submit({ task_type, payload, priority }), 202);
  });

  app.get("/tasks", (c) => {
    const status = TaskStatus.optional().safeParse(c.req.query("status"));
    if (!status.success) return c.json({ error: status.error.message }, 422);
    return c.json(queue.list(status.data));
  });

  app.get("/tasks/:id", (c) => {
    const id = c.req.param("id");
    const task = queue.get(id);
    return task ? c.json(task) : c.json({ error: `No task ${id}` }, 404);
  });

  app.delete("/tasks/:id", (c) => {
    try {
      return c.json(queue.cancel(c.req.param("id")));
    } catch (error) {
      if (error instanceof TaskNotFoundError) return c.json({ error: error.message }, 404);
      if (error instanceof TaskNotPendingError) return c.json({ error: error.message }, 409);
      throw error;
    }
  });

  app.get("/tasks/:id/stream", (c) => {
    const id = c.req.param("id");
    if (!queue.get(id)) return c.json({ error: `No task ${id}` }, 404);
    const gone = new AbortController();
    const signal = AbortSignal.any([gone.signal, c.req.raw.signal]);
    const encoder = new TextEncoder();
    const body = new ReadableStream({
      async start(controller) {
        try {
          for await (const task of queue.watch(id, { signal })) {
            controller.enqueue(encoder.encode(`data: ${JSON.stringify(task)}\n\n`));
          }
          controller.close();
        } catch (error) {
          if (!signal.aborted) controller.error(error);
        }
      },
      cancel() {
        gone.abort();
      },
    });
    return c.body(body, 200, { "Content-Type": "text/event-stream" });
  });

  app.get("/health", (c) => c.json({ status: "ok" }));
  app.get("/metrics", (c) => c.json(metrics.figures));
  app.get("/openapi.json", (c) => c.json(DESCRIPTION));
  app.route("/", docsRoutes({ title: "Task service", documentPath: "/openapi.json" }));
  return app;
}

const responses = { default: { description: "See the lesson" } };

const DESCRIPTION = {
  openapi: "3.1.0",
  info: { title: "Task service", version: "1.0.0" },
  paths: {
    "/tasks": { post: { responses }, get: { responses } },
    "/tasks/{id}": { get: { responses }, delete: { responses } },
    "/tasks/{id}/stream": { get: { responses } },
    "/health": { get: { responses } },
    "/metrics": { get: { responses } },
  },
};
