// zod-openapi for the routes, Hono's own `streamSSE` for the stream, with a comment now and then.
// Stands for: app.ts

import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { HTTPException } from "hono/http-exception";
import { streamSSE } from "hono/streaming";
import { docsRoutes } from "./docs.ts";
import { ErrorAnswer, Health, Task, TaskStatus, TaskSubmission } from "./models.ts";
import type { TaskQueue } from "./task-queue.ts";

const PING_EVERY_MS = 15_000;

const answer = (description: string, schema: z.ZodType) => ({
  description,
  content: { "application/json": { schema } },
});
const params = z.object({ task_id: z.string() });

export function createApp(queue: TaskQueue): { fetch(request: Request): Response | Promise<Response> } {
  const latenciesMs: number[] = [];
  const app = new OpenAPIHono({
    defaultHook: (checked) => {
      if (!checked.success) throw new HTTPException(422, { message: checked.error.issues[0]?.message ?? "invalid" });
    },
  });

  app.use(async (_c, next) => {
    const startedNs = process.hrtime.bigint();
    await next();
    latenciesMs.push(Number(process.hrtime.bigint() - startedNs) / 1e6);
  });
  app.onError((error, c) => {
    const status = error instanceof HTTPException ? error.status : 500;
    return c.json({ error: error.message || "something went wrong" }, status === 400 ? 422 : status);
  });

  const known = (id: string): Task => {
    const task = queue.get(id);
    if (!task) throw new HTTPException(404, { message: `No task ${id}` });
    return task;
  };

  app.openapi(
    createRoute({
      method: "post",
      path: "/tasks",
      request: { body: { required: true, content: { "application/json": { schema: TaskSubmission } } } },
      responses: { 202: answer("Accepted", Task), 422: answer("Invalid", ErrorAnswer) },
    }),
    (c) => c.json(queue.submit(c.req.valid("json")), 202),
  );
  app.openapi(
    createRoute({
      method: "get",
      path: "/tasks",
      request: { query: z.object({ status: TaskStatus.optional() }) },
      responses: { 200: answer("Tasks", z.array(Task)) },
    }),
    (c) => c.json(queue.list(c.req.valid("query").status), 200),
  );
  app.openapi(
    createRoute({
      method: "get",
      path: "/tasks/{task_id}",
      request: { params },
      responses: { 200: answer("It", Task) },
    }),
    (c) => c.json(known(c.req.valid("param").task_id), 200),
  );
  app.openapi(
    createRoute({
      method: "delete",
      path: "/tasks/{task_id}",
      request: { params },
      responses: { 200: answer("Cancelled", Task), 409: answer("Not pending", ErrorAnswer) },
    }),
    (c) => {
      const { id, status } = known(c.req.valid("param").task_id);
      if (status !== "pending") throw new HTTPException(409, { message: `It is ${status}` });
      return c.json(queue.cancel(id), 200);
    },
  );
  app.openapi(
    createRoute({
      method: "get",
      path: "/tasks/{task_id}/stream",
      request: { params },
      responses: { 200: { description: "Events", content: { "text/event-stream": { schema: z.string() } } } },
    }),
    (c) => {
      const { id } = known(c.req.valid("param").task_id);
      return streamSSE(c, async (stream) => {
        const gone = new AbortController();
        stream.onAbort(() => gone.abort());
        const signal = AbortSignal.any([gone.signal, c.req.raw.signal]);
        const ping = setInterval(() => void stream.write(": still here\n\n"), PING_EVERY_MS);
        const stopPing = () => clearInterval(ping);
        signal.addEventListener("abort", stopPing, { once: true });
        try {
          for await (const { status, progress } of queue.watch(id, { signal })) {
            await stream.writeSSE({ event: "state", data: JSON.stringify({ status, progress, of: id }) });
          }
        } catch (error) {
          if (!signal.aborted) throw error;
        } finally {
          stopPing();
        }
      }) as never;
    },
  );
  app.openapi(createRoute({ method: "get", path: "/health", responses: { 200: answer("Up", Health) } }), (c) =>
    c.json({ status: "ok" as const }, 200),
  );
  app.openapi(createRoute({ method: "get", path: "/metrics", responses: { 200: answer("Figures", z.any()) } }), (c) => {
    const totalMs = latenciesMs.reduce((sum, ms) => sum + ms, 0);
    const requests = latenciesMs.length;
    return c.json({ requests, average_latency_ms: Math.round((totalMs / (requests || 1)) * 100) / 100 }, 200);
  });
  app.doc31("/openapi.json", { openapi: "3.1.0", info: { title: "Tasks", version: "1.0.0" } });
  app.route("/", docsRoutes({ title: "Tasks", documentPath: "/openapi.json" }));
  return app;
}
