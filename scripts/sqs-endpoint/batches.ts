// What the three batch operations share: 1 to 10 entries, each with an id of its own, and an answer that
// is a success although entries in it failed. ("Errors" of SendMessageBatch in the API Reference.)

import { z } from "zod";
import { SqsError } from "./errors.ts";
import { parsed } from "./parameters.ts";

const MOST_ENTRIES = 10;

const Entries = z.object({
  Entries: z.array(z.looseObject({ Id: z.string() })).optional(),
});
export type Entry = z.infer<typeof Entries>["Entries"] extends (infer One)[] | undefined ? One : never;

interface BatchAnswer {
  Successful: object[];
  Failed: { Id: string; SenderFault: boolean; Code: string; Message: string }[];
}

/**
 * The entries of a batch, of which only the ids are looked at.
 *
 * @throws {SqsError} For what makes the whole batch fail.
 */
export function entriesIn(input: unknown): Entry[] {
  const { Entries: entries = [] } = parsed(Entries, input);
  if (entries.length === 0) {
    throw new SqsError("EmptyBatchRequest", "There should be at least one entry in the request.");
  }
  if (entries.length > MOST_ENTRIES) {
    throw new SqsError(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are ${MOST_ENTRIES}. You have sent ${entries.length}.`,
    );
  }
  const ids = new Set<string>();
  for (const { Id } of entries) {
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(Id)) {
      throw new SqsError(
        "InvalidBatchEntryId",
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
      );
    }
    if (ids.has(Id)) throw new SqsError("BatchEntryIdsNotDistinct", `Id ${Id} repeated.`);
    ids.add(Id);
  }
  return entries;
}

/** Does `act` for each entry. One that fails fails alone: the caller has to look at `Failed`. */
export function answerEach(entries: readonly Entry[], act: (entry: Entry) => object): BatchAnswer {
  const answer: BatchAnswer = { Successful: [], Failed: [] };
  for (const entry of entries) {
    try {
      answer.Successful.push({ Id: entry.Id, ...act(entry) });
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      const { code, message, isSenderFault } = error;
      answer.Failed.push({ Id: entry.Id, SenderFault: isSenderFault, Code: code, Message: message });
    }
  }
  return answer;
}
