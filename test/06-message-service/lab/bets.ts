// What a learner guesses before a run of lesson 06's lab, and what there is to bring about in it.

import type { ItemNumber, LabEvent, Recording } from "../../../scripts/lab/events.ts";
import type { Bet, ToDo } from "../../../scripts/lab/lab.ts";

/** The first slow one, by its number. */
const SLOW: ItemNumber = 3;

export const bets: Bet[] = [
  {
    id: "nobody-waits",
    question:
      "12 invoices come at once, for four workers. Invoice 3 takes 4 s, all others about 0.4 s. How many others are done while one worker is busy with it?",
    options: ["The 3 of its batch", "About 10", "More than 15"],
    preset: "one-slow",
    outcome: (recording) => {
      const others = doneMeanwhile(recording);
      if (others <= 3) return 0;
      return others <= 15 ? 1 : 2;
    },
    because: (recording) =>
      `${doneMeanwhile(recording)}. Three workers go on, and each receive asks for as many as are free. A loop that waits for its whole batch would have done 3.`,
  },
  {
    id: "done-and-dead",
    question:
      "Invoice 3 takes 4 s. Its visibility timeout is 2 s, no heartbeat reaches SQS, and after 3 receives a message goes to the dead letters. What becomes of it?",
    options: [
      "It is printed once, and deleted a little late",
      "It is printed twice, and then deleted",
      "It is printed three times, and lies with the dead letters",
    ],
    preset: "too-short",
    outcome: (recording) => {
      const times = of(recording, "taken", SLOW).length;
      if (of(recording, "dead", SLOW).length > 0) return 2;
      return times > 1 ? 1 : 0;
    },
    because: (recording) => {
      const takenMs = of(recording, "taken", SLOW).map(({ atMs }) => seconds(atMs));
      const deadMs = of(recording, "dead", SLOW)[0]?.atMs ?? 0;
      const printed = of(recording, "failed", SLOW).filter(({ why }) => why.startsWith("done")).length;
      return `It was begun at ${takenMs.join(", ")}, and printed ${printed} times. Each delete came with an old receipt, and deleted nothing. At ${seconds(deadMs)} it was dead.`;
    },
  },
  {
    id: "how-many-tries",
    question: "SQS fails for 5 s. An answer takes 10 ms. How many receives does the processor try in that time?",
    options: ["1", "About 5", "Some 100"],
    preset: "outage",
    outcome: (recording) => {
      const tries = triesInOutage(recording).length;
      if (tries <= 2) return 0;
      return tries <= 20 ? 1 : 2;
    },
    because: (recording) => {
      const tries = triesInOutage(recording);
      return `${tries.length}, at ${tries.map(seconds).join(", ")}: each pause is twice as long as the one before. Without a pause it would be hundreds, and each is on the bill.`;
    },
  },
];

export const todos: ToDo[] = [
  {
    id: "delivered-twice",
    text: "Have one message delivered twice",
    happensAtMs: ({ events }) =>
      events.find((event) => event.kind === "taken" && (event.delivery?.count ?? 0) >= 2)?.atMs ?? null,
  },
  {
    id: "done-in-vain",
    text: "Have an invoice printed, and not deleted: its receipt was old",
    happensAtMs: ({ events }) =>
      events.find((event) => event.kind === "failed" && event.why.startsWith("done"))?.atMs ?? null,
  },
  {
    id: "keep-hidden",
    text: "Keep a message hidden for longer than its visibility timeout, with heartbeats",
    happensAtMs: ({ events }) => {
      const dueMs = new Map<ItemNumber, number>();
      for (const event of events) {
        if (event.kind === "taken" && event.delivery) {
          dueMs.set(event.item, event.delivery.untilMs ?? Number.POSITIVE_INFINITY);
        }
        if (event.kind === "back") dueMs.delete(event.item);
        if (event.kind === "finished" && event.atMs > (dueMs.get(event.item) ?? event.atMs)) return event.atMs;
      }
      return null;
    },
  },
  {
    id: "dead-letter",
    text: "Send a message to the dead letters",
    happensAtMs: ({ events }) => events.find(({ kind }) => kind === "dead")?.atMs ?? null,
  },
  {
    id: "turned-away",
    text: "Have a shop answered 503",
    happensAtMs: ({ events }) =>
      events.find((event) => event.kind === "refused" && event.why.startsWith("503"))?.atMs ?? null,
  },
];

type Kind = "taken" | "finished" | "failed" | "dead";

function of<K extends Kind>({ events }: Recording, kind: K, item: ItemNumber): (LabEvent & { kind: K })[] {
  return events.filter((event): event is LabEvent & { kind: K } => event.kind === kind && event.item === item);
}

/** How many invoices were done between the first receive of the slow one and its end. */
function doneMeanwhile(recording: Recording): number {
  const fromMs = of(recording, "taken", SLOW)[0]?.atMs ?? 0;
  const toMs = of(recording, "finished", SLOW)[0]?.atMs ?? recording.durationMs;
  return recording.events.filter(
    (event) => event.kind === "finished" && event.item !== SLOW && event.atMs >= fromMs && event.atMs <= toMs,
  ).length;
}

/** When receives were sent while SQS failed. Those that ask for several workers at once are one. */
function triesInOutage({ events }: Recording): number[] {
  const times = events.flatMap(({ kind, atMs }) => (kind === "asks" && atMs > 5_000 && atMs < 10_000 ? [atMs] : []));
  return [...new Set(times)];
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
