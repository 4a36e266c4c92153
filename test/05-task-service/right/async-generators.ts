// A table of regular expressions, and a stream that is written by async generators, cut anywhere and with
// the line ends of Windows: no client may care.
// Stands for: app.ts

import { TaskStatus, TaskSubmission } from "./models.ts";
import type { TaskQueue } from "./task-queue.ts";

type Handler = (request: Request, id: string) => Response | Promise<Response>;

class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export function createApp(queue: TaskQueue): { fetch(request: Request): Promise<Response> } {
  const figures = { requests: 0, average_latency_ms: 0 };

  const known = (id: string) => {
    const task = queue.get(id);
    if (task) return task;
    throw new Refusal(404, "unknown task");
  };

  const routes: [method: string, path: string, handler: Handler][] = [
    [
      "POST",
      "/tasks",
      async (request) => {
        const chunks: Uint8Array[] = [];
        for await (const chunk of request.body ?? []) chunks.push(chunk);
        const parsed = TaskSubmission.safeParse(jsonIn(Buffer.concat(chunks).toString()));
        if (!parsed.success) throw new Refusal(422, parsed.error.message);
        return Response.json(queue.submit(parsed.data), { status: 202 });
      },
    ],
    [
      "GET",
      "/tasks",
      ({ url }) => {
        const status = TaskStatus.optional().safeParse(new URL(url).searchParams.get("status") ?? undefined);
        if (!status.success) throw new Refusal(422, "unknown status");
        const tasks = queue.list();
        return Response.json(status.data ? tasks.filter((task) => task.status === status.data) : tasks);
      },
    ],
    ["GET", "/tasks/{id}", (_request, id) => Response.json(known(id))],
    [
      "DELETE",
      "/tasks/{id}",
      (_request, id) => {
        if (known(id).status !== "pending") throw new Refusal(409, "too late");
        return Response.json(queue.cancel(id));
      },
    ],
    [
      "GET",
      "/tasks/{id}/stream",
      ({ signal }, id) => {
        known(id);
        const cancelled = new AbortController();
        const events = bytesOf(linesOf(queue.watch(id, { signal: AbortSignal.any([signal, cancelled.signal]) })));
        const body = new ReadableStream<Uint8Array>({
          async pull(controller) {
            try {
              const { value, done } = await events.next();
              if (done) return controller.close();
              controller.enqueue(value);
            } catch (error) {
              if (!cancelled.signal.aborted) controller.error(error);
            }
          },
          cancel: (reason) => cancelled.abort(reason),
        });
        return new Response(body, { headers: { "content-type": "text/event-stream" } });
      },
    ],
    ["GET", "/health", () => Response.json({ status: "ok" })],
    ["GET", "/metrics", () => Response.json(figures)],
    [
      "GET",
      "/openapi.json",
      () => {
        const paths: Record<string, object> = {};
        for (const [method, path] of routes) {
          const responses = { default: { description: "see the lesson" } };
          paths[path] = { ...paths[path], [method.toLowerCase()]: { responses } };
        }
        return Response.json({ openapi: "3.1.1", info: { title: "tasks", version: "0" }, paths });
      },
    ],
    [
      "GET",
      "/docs",
      () => {
        const list = routes.map(([method, path]) => `<li>${method} ${path}</li>`).join("");
        return new Response(`<h1>Tasks</h1><ul>${list}</ul>`, { headers: { "content-type": "text/html" } });
      },
    ],
  ];
  const table = routes.map(([method, path, handler]) => {
    return { method, handler, pattern: new RegExp(`^${path.replace("{id}", "([^/]+)")}$`) };
  });

  async function answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    for (const { method, pattern, handler } of table) {
      const match = method === request.method ? pattern.exec(pathname) : null;
      // Ids are made of letters, digits and hyphens: what needs decoding is none.
      if (match) return handler(request, match[1] ?? "");
    }
    throw new Refusal(404, "no such route");
  }

  return {
    fetch: async (request) => {
      const startedMs = performance.now();
      const response = await answer(request).catch((error: unknown) => {
        const { status, message } = error instanceof Refusal ? error : new Refusal(500, "oops");
        return Response.json({ error: message, at: new Date() }, { status });
      });
      const tookMs = performance.now() - startedMs;
      figures.requests += 1;
      figures.average_latency_ms += (tookMs - figures.average_latency_ms) / figures.requests;
      return response;
    },
  };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(422, "the body is no JSON");
  }
}

async function* linesOf(states: AsyncIterable<{ status: string; progress: number }>): AsyncGenerator<string> {
  yield ": welcome\r\n\r\n";
  for await (const { status, progress } of states) {
    // Data in two lines: a client puts a line end between them.
    yield `data: {"status": "${status}",\r\ndata: "progress": ${progress}}\r\n\r\n`;
  }
}

async function* bytesOf(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const line of lines) {
    const bytes = encoder.encode(line);
    for (let from = 0; from < bytes.length; from += 11) yield bytes.slice(from, from + 11);
  }
}
