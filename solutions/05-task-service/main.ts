// Run it: npm run service 05
//
// Serves the task service on HOST (127.0.0.1) and PORT (8000). SIGTERM and SIGINT end it: tasks that
// run may finish within 10 s, those that wait are cancelled, and until then clients can still read and
// follow both.

import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "@hono/node-server";
import { createApp } from "./app.ts";
import { logged } from "./middleware.ts";
import { simulatedProcessors } from "./processors.ts";
import { TaskQueue } from "./task-queue.ts";

/** How long running tasks may take to finish once the service is told to stop. */
const STOP_WITHIN_MS = 10_000;

/** How long the last events and answers may take to be sent after that. */
const SEND_WITHIN_MS = 500;

const HOST = process.env.HOST || "127.0.0.1";
const PORT = portFrom(process.env.PORT || "8000");

const queue = new TaskQueue({ processors: simulatedProcessors(), maxUnfinished: 10_000, keepFinishedMs: 3_600_000 });
const app = createApp(queue);
let isStopping = false;

const server = serve({
  hostname: HOST,
  port: PORT,
  fetch: logged((request) => (isStopping && request.method === "POST" ? answerStopping() : app.fetch(request))),
});
server.on("error", (error: NodeJS.ErrnoException) => {
  const reason = error.code === "EADDRINUSE" ? "another program listens there" : error.message;
  fail(`Cannot listen on ${HOST}:${PORT}: ${reason}.`);
});
server.on("listening", () => {
  queue.start();
  const host = HOST.includes(":") ? `[${HOST}]` : HOST;
  console.log(`Task service: http://${host}:${PORT}/docs (Ctrl+C stops it)`);
});
process.on("SIGTERM", stop);
process.on("SIGINT", stop);

async function stop(): Promise<void> {
  if (isStopping) process.exit(1);
  isStopping = true;
  console.log("Stopping: running tasks may finish. A second signal ends them.");
  const stopped = queue.stop();
  // What waits is lost with the process. Cancelled, it is known to be: whoever follows it is told, and its stream ends.
  for (const { id } of queue.list("pending")) queue.cancel(id);
  await Promise.race([stopped, sleep(STOP_WITHIN_MS)]);

  const closed = new Promise((resolve) => server.close(resolve));
  await Promise.race([closed, sleep(SEND_WITHIN_MS)]);
  process.exit(0);
}

function answerStopping(): Response {
  return Response.json({ error: "The service is stopping" }, { status: 503, headers: { "retry-after": "10" } });
}

function portFrom(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) {
    fail(`Expected \`PORT\` to be a whole number from 1 to 65535, got ${JSON.stringify(text)}.`);
  }
  return port;
}

function fail(sentence: string): never {
  console.error(sentence);
  process.exit(2);
}
