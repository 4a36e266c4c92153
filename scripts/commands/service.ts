// npm run service 05: serves your implementation of a lesson that is a service, until Ctrl+C.
// `-- --solution` serves the reference. Where the service needs a queue and none is configured, an
// SQS endpoint runs beside it; `-- --own-queue` puts your own queue into that.

import { EXIT, UsageError } from "../command-line/failures.ts";
import { oneTarget, readArguments, subjectOf } from "../command-line/options.ts";
import { tell, withClearEnds } from "../command-line/output.ts";
import { DoesNotLoad } from "../compiling/learner.ts";
import { compileProgram } from "../compiling/program.ts";
import { exercises, type Subject, solutions } from "../grading/subject.ts";
import { allLessons, type Lesson } from "../lessons/catalog.ts";
import { besideService, hasService, SERVICE_FILE } from "../lessons/service.ts";
import { EndpointFailed, endpointBeside, type RunningEndpoint } from "../serving/endpoint.ts";
import { serve } from "../serving/programs.ts";

export function run(args: string[]): Promise<number> {
  return withClearEnds(async () => {
    const { values, positionals } = readArguments(args, {
      solution: { type: "boolean" },
      dir: { type: "string" },
      "own-queue": { type: "boolean" },
    });
    const { lesson } = oneTarget(positionals.slice(0, 1), "service");
    if (!hasService(lesson)) throw new UsageError(`Lesson ${lesson.number} has no service. ${lessonsWithOne()}`);
    const subject = subjectOf(values, [lesson]);
    let endpoint: RunningEndpoint | undefined;
    try {
      const program = await compileProgram(subject, lesson, SERVICE_FILE);
      try {
        endpoint = await endpointFor(lesson, values["own-queue"] ? ownerOf(subject) : undefined);
        return statusOf(await serve(program.file, positionals.slice(1), endpoint ? environmentOf(endpoint) : {}));
      } finally {
        program.remove();
      }
    } catch (error) {
      if (error instanceof DoesNotLoad || error instanceof EndpointFailed) throw new UsageError(error.message);
      throw error;
    } finally {
      endpoint?.end();
    }
  });
}

/** Whose queue "one's own" is: the reference's service can be tried with it, too. */
function ownerOf(subject: Subject): Subject {
  return subject === solutions ? exercises : subject;
}

/**
 * The endpoint that the service of `lesson` is to use, where it needs one and none is configured.
 *
 * @param ownQueue Whose queue it is to be made of; the reference's if nothing is said.
 */
async function endpointFor(lesson: Lesson, ownQueue: Subject | undefined): Promise<RunningEndpoint | undefined> {
  const beside = besideService(lesson);
  if (!beside) {
    if (ownQueue) throw new UsageError(`The service of lesson ${lesson.number} has no queue beside it to exchange.`);
    return undefined;
  }
  if (process.env.QUEUE_URL) {
    if (ownQueue)
      throw new UsageError("QUEUE_URL is set, and --own-queue is for the queue beside. Leave one of them out.");
    return undefined;
  }
  const endpoint = await endpointBeside(beside, ownQueue ?? solutions);
  const { engine } = beside;
  const room = (ownQueue ?? solutions).shownAs;
  const told = endpoint.isOwn
    ? `SQS endpoint: ${endpoint.url}, on ${room}/${engine.lesson.slug}/${engine.file}. It ends with this program.`
    : `SQS endpoint: ${endpoint.url}, of the program that runs already.`;
  tell(told);
  return endpoint;
}

/** Credentials that are none: the SDK asks for some, and real ones have no business there. */
function environmentOf({ url, queueUrl }: RunningEndpoint): Record<string, string> {
  return {
    QUEUE_URL: queueUrl,
    AWS_ENDPOINT_URL_SQS: url,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_SESSION_TOKEN: "",
  };
}

/** 2 is the service's own word for a wrong configuration, too. */
function statusOf(code: number | null): number {
  if (code === EXIT.fine || code === EXIT.usage) return code;
  return EXIT.notPassed;
}

function lessonsWithOne(): string {
  const numbers = allLessons().flatMap((lesson) => (hasService(lesson) ? [lesson.number] : []));
  return numbers.length === 0 ? "None has." : `These have: ${numbers.join(", ")}.`;
}
