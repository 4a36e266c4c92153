// The environment, checked once, before anything begins. The rest of the program gets values that are right.

import { SQSClient } from "@aws-sdk/client-sqs";
import { z } from "zod";

/** One sentence for each mistake in the environment. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const Environment = z.object({
  QUEUE_URL: httpUrl("https://sqs.us-east-1.amazonaws.com/123456789012/orders"),
  AWS_REGION: z
    .string()
    .regex(/^[a-z0-9-]+$/, { error: mistake("the name of a region, such as us-east-1") })
    .default("us-east-1"),
  AWS_ENDPOINT_URL_SQS: httpUrl("http://127.0.0.1:9324").optional(),
  MAX_WORKERS: wholeNumber(1, 1000).default(10),
  HOST: z.string().default("127.0.0.1"),
  PORT: wholeNumber(1, 65_535).default(8000),
});

export interface Config {
  /** The queue that messages are sent to and received from. */
  queueUrl: string;

  /** The region that requests are signed for. */
  region: string;

  /** Where SQS is; `undefined` for Amazon SQS in `region`. */
  endpoint: string | undefined;

  /** How many messages the worker works on at the same time, at most. */
  maxWorkers: number;

  /** Where the server listens. */
  host: string;
  port: number;
}

/**
 * Reads the configuration from the environment. A variable that is empty counts as not set.
 *
 * @throws {ConfigError} If a variable is wrong or missing: with a sentence for each.
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const { data, error } = Environment.safeParse(set);
  if (error) {
    const sentences = error.issues.map(({ path, message }) => `Expected \`${path.join(".")}\` to be ${message}.`);
    throw new ConfigError(sentences.join("\n"));
  }
  return {
    queueUrl: data.QUEUE_URL,
    region: data.AWS_REGION,
    endpoint: data.AWS_ENDPOINT_URL_SQS,
    maxWorkers: data.MAX_WORKERS,
    host: data.HOST,
    port: data.PORT,
  };
}

/** The one client of the program. Credentials are found by the SDK: in the environment, a profile, a role. */
export function connect({ region, endpoint }: Config): SQSClient {
  return new SQSClient({ region, endpoint });
}

function httpUrl(example: string) {
  return z.url({ protocol: /^https?$/, error: mistake(`a URL such as ${example}`) });
}

function wholeNumber(least: number, most: number) {
  const error = mistake(`a whole number from ${least} to ${most}`);
  return z
    .string()
    .regex(/^\d+$/, { error, abort: true })
    .transform(Number)
    .refine((number) => number >= least && number <= most, { error });
}

/** `a whole number from 1 to 1000, got "many"`. */
function mistake(expected: string) {
  return ({ input }: { input?: unknown }) =>
    `${expected}, got ${input === undefined ? "nothing" : JSON.stringify(String(input))}`;
}
