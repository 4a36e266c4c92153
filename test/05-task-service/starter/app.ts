// Lesson: lessons/05-task-service.md      Check: npm run check 05
//
// The queue knows nothing of HTTP, and HTTP nothing of the queue. Bring them together: routes that
// check what comes in, answers that say what went wrong, and a stream that tells how a task goes on.

import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { answerNotFound, answerUnexpected } from "./middleware.ts";
import { Figures, Health, Task } from "./models.ts";
import type { TaskQueue } from "./task-queue.ts";

/**
 * The service: the routes under `/tasks`, `/health`, `/metrics`, `/openapi.json` and `/docs`.
 *
 * Every error is answered with JSON, `{ "error": "…" }`. The app does not start the queue.
 */
export function createApp(queue: TaskQueue): { fetch(request: Request): Response | Promise<Response> } {
  // TODO 05.7: Where a schema says no, Hono has an answer of its own. So it has for what is no JSON at all.
  const app = new OpenAPIHono();
  app.notFound(answerNotFound);
  app.onError(answerUnexpected);

  app.openapi(submitTask, () => {
    throw new Error("Not written yet: POST /tasks");
  });
  app.openapi(listTasks, () => {
    throw new Error("Not written yet: GET /tasks");
  });
  app.openapi(getTask, () => {
    throw new Error("Not written yet: GET /tasks/{id}");
  });
  app.openapi(cancelTask, () => {
    throw new Error("Not written yet: DELETE /tasks/{id}");
  });

  app.openapi(streamTask, () => {
    // TODO 05.8: A client goes away in the middle, without a word. How do you hear of it, and what is open then?
    throw new Error("Not written yet: GET /tasks/{id}/stream");
  });

  app.openapi(health, () => {
    throw new Error("Not written yet: GET /health");
  });
  app.openapi(figures, () => {
    // TODO 05.9: `Metrics` in middleware.ts can count. Where must it stand to see the errors, too?
    throw new Error("Not written yet: GET /metrics");
  });
  app.get("/openapi.json", () => {
    // TODO 05.9: The routes below know what the document is to say. Who writes it?
    throw new Error("Not written yet: GET /openapi.json");
  });
  app.get("/docs", () => {
    throw new Error("Not written yet: GET /docs");
  });
  return app;
}

const json = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { "application/json": { schema } },
});

// TODO 05.7: What do these routes take from a request: a body, a query, an id? And what else may they answer?

const submitTask = createRoute({
  method: "post",
  path: "/tasks",
  summary: "Submit a task",
  responses: { 202: json("The task, pending", Task) },
});

const listTasks = createRoute({
  method: "get",
  path: "/tasks",
  summary: "List tasks, in the order of submission",
  responses: { 200: json("The tasks", z.array(Task)) },
});

const getTask = createRoute({
  method: "get",
  path: "/tasks/{id}",
  summary: "Get a task",
  responses: { 200: json("The task as it is", Task) },
});

const cancelTask = createRoute({
  method: "delete",
  path: "/tasks/{id}",
  summary: "Cancel a pending task",
  responses: { 200: json("The task, cancelled", Task) },
});

const streamTask = createRoute({
  method: "get",
  path: "/tasks/{id}/stream",
  summary: "Follow a task: an event for each change of its status or progress",
  responses: {
    200: {
      description: "Server-sent events; the data is the task",
      content: { "text/event-stream": { schema: z.string() } },
    },
  },
});

const health = createRoute({
  method: "get",
  path: "/health",
  summary: "Whether the service is up",
  responses: { 200: json("It is", Health) },
});

const figures = createRoute({
  method: "get",
  path: "/metrics",
  summary: "How much was answered so far, and how fast",
  responses: { 200: json("The figures, without this request", Figures) },
});
