// What deletes look like that do not come about.

import type { Processing } from "./processor-scene.ts";
import { inOneLine } from "./trouble.ts";

/** A handler's end, turns and timers of a millisecond: more than that is waiting for something. */
export const LONGEST_LINGER_MS = 50;

/** How SQS refused the first delete that it refused, for the end of a sentence. */
export function refusalOf({ sqs }: Processing): string {
  const refused = sqs.deletes.find(({ failure }) => failure !== undefined);
  return refused ? ` (SQS refused a delete: ${inOneLine(refused.failure)})` : "";
}

/** What the deletes of a processor look like that do not come about. */
export function tellOfDeletes(processing: Processing): string | undefined {
  return Object.entries(tellsOfDeletes(processing)).find(([, tell]) => tell())?.[0];
}

export function tellsOfDeletes({ sqs }: Processing): Record<string, () => boolean> {
  const entries = () => sqs.deletes.flatMap(({ input }) => input.Entries ?? []);
  const some = (is: (entry: { Id?: string; ReceiptHandle?: string }) => boolean) => () => entries().some(is);
  const ids = () =>
    new Set(sqs.calls.flatMap(({ output }) => output?.Messages?.map(({ MessageId }) => MessageId) ?? []));
  return {
    "receipt-as-entry-id": some(({ Id, ReceiptHandle }) => Id === ReceiptHandle),
    "message-id-as-entry-id": some(({ Id }) => ids().has(Id)),
    "more-than-ten-in-a-batch": () => sqs.deletes.some(({ input }) => (input.Entries?.length ?? 1) > 10),
  };
}
