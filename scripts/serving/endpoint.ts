// The endpoint beside a service: the one that another terminal has started, or one of our own.

import { compileEndpoint } from "../compiling/endpoint.ts";
import type { Subject } from "../grading/subject.ts";
import type { Beside } from "../lessons/service.ts";
import { type EndpointTold, QUEUE_NAME } from "../sqs-endpoint/process.ts";
import { startBeside } from "./programs.ts";

/** Where terminals find one another's endpoint: the port that local SQS endpoints are known by, or `ENDPOINT_PORT`. */
const USUAL_PORT = 9324;

export interface RunningEndpoint {
  url: string;
  queueUrl: string;
  /** Whether it is this process's own, and ends with it. */
  isOwn: boolean;
  end(): void;
}

/** It does not start, and `message` says why in one sentence. */
export class EndpointFailed extends Error {
  override readonly name = "EndpointFailed";
}

/**
 * @param subject Whose queue the engine is.
 * @throws {EndpointFailed}
 */
export async function endpointBeside({ engine }: Beside, subject: Subject): Promise<RunningEndpoint> {
  const port = portOfTheEndpoint();
  const url = `http://127.0.0.1:${port}`;
  const found = await queueAt(url);
  if (found !== undefined) return { url, queueUrl: found, isOwn: false, end: () => {} };
  const program = await compileEndpoint(subject, engine.lesson, engine.file);
  const child = startBeside(program.file, [String(port)]);
  const end = () => {
    child.kill("SIGKILL");
    program.remove();
  };
  const told = await new Promise<EndpointTold>((resolve) => {
    child.once("message", (message) => resolve(message as EndpointTold));
    child.once("close", () => resolve({ kind: "failed", why: "it ended before it listened" }));
  });
  if (told.kind === "listening") return { url, queueUrl: told.queueUrl, isOwn: true, end };
  end();
  throw new EndpointFailed(
    `The SQS endpoint does not start on port ${port}: ${told.why}. ENDPOINT_PORT names another port.`,
  );
}

/** @throws {EndpointFailed} */
function portOfTheEndpoint(): number {
  const text = process.env.ENDPOINT_PORT || String(USUAL_PORT);
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new EndpointFailed(
    `Expected \`ENDPOINT_PORT\` to be a whole number from 1 to 65535, got ${JSON.stringify(text)}.`,
  );
}

/** The URL of the queue of an endpoint that answers at `url`, where there is one. */
async function queueAt(url: string): Promise<string | undefined> {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "X-Amz-Target": "AmazonSQS.GetQueueUrl", "Content-Type": "application/x-amz-json-1.0" },
      body: JSON.stringify({ QueueName: QUEUE_NAME }),
      signal: AbortSignal.timeout(1000),
    });
    const { QueueUrl } = (await answer.json()) as { QueueUrl?: unknown };
    return typeof QueueUrl === "string" ? QueueUrl : undefined;
  } catch {
    return undefined;
  }
}
