// Run it: npm run service 06
// Beside it: an SQS endpoint, on 04-visibility-queue/visibility-queue.ts
//
// Serves the message service (`server`), runs the queue processor (`worker`), or without an argument
// does both in one process. SIGTERM and SIGINT end it: what was begun is finished.

import { serve } from "@hono/node-server";
import { logged } from "#solution/05-task-service/middleware.ts";
import { ConfigError, connect, readConfig } from "./config.ts";
import { handleMessage } from "./handler.ts";
import { createMessageService } from "./message-service.ts";
import { runQueueProcessor } from "./queue-processor.ts";

const role = process.argv[2] ?? "both";
if (!["server", "worker", "both"].includes(role)) {
  fail(`Expected \`server\`, \`worker\` or no argument, got ${JSON.stringify(role)}.`);
}
const config = configured();
const sqs = connect(config);

const stopping = new AbortController();
process.on("SIGTERM", stop);
process.on("SIGINT", stop);

await Promise.all([role !== "worker" && runServer(), role !== "server" && runWorker()]);
process.exit(0);

/** Resolves when the server has been told to stop and has given its last answer. */
function runServer(): Promise<void> {
  const { host, port, queueUrl } = config;
  const service = createMessageService({ sqs, queueUrl });
  const server = serve({ hostname: host, port, fetch: logged((request) => service.fetch(request)) });
  server.on("error", (error: NodeJS.ErrnoException) => {
    const reason = error.code === "EADDRINUSE" ? "another program listens there" : error.message;
    fail(`Cannot listen on ${host}:${port}: ${reason}.`);
  });
  server.on("listening", () => {
    const address = host.includes(":") ? `[${host}]` : host;
    console.log(`Message service: http://${address}:${port}/docs (Ctrl+C stops it)`);
  });
  return new Promise((resolve) => {
    stopping.signal.addEventListener("abort", () => server.close(() => resolve()));
  });
}

/** Resolves when the worker has been told to stop, and all that it held is handled and deleted. */
async function runWorker(): Promise<void> {
  const { queueUrl, maxWorkers } = config;
  console.log(`Queue processor: up to ${maxWorkers} messages of ${queueUrl} at a time (Ctrl+C stops it)`);
  const report = await runQueueProcessor({
    sqs,
    queueUrl,
    handler: handleMessage,
    signal: stopping.signal,
    maxWorkers,
    onError: (error, message) => console.error(message ? `Message ${message.MessageId}: ${error}` : `SQS: ${error}`),
  });
  console.log(`Stopped: ${report.processed} processed, ${report.failed} failed, ${report.deleted} deleted`);
}

function stop(): void {
  if (stopping.signal.aborted) process.exit(1);
  console.log("Stopping: what was begun is finished. A second signal ends it at once.");
  stopping.abort();
}

function configured() {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    fail(error.message);
  }
}

function fail(sentence: string): never {
  console.error(sentence);
  process.exit(2);
}
