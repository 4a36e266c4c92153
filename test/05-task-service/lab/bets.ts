// What a learner guesses before a run of lesson 05's lab, and what there is to bring about in it.

import type { ItemNumber, Recording } from "../../../scripts/lab/events.ts";
import type { Bet, ToDo } from "../../../scripts/lab/lab.ts";

export const bets: Bet[] = [
  {
    id: "when-answered",
    question:
      "At 1 s, 40 people order a report. There are three slots, and a report takes a second. When does the last of them have an answer?",
    options: ["Within half a second", "When the first report is done", "When the last report is done"],
    preset: "monday",
    outcome: (recording) => {
      const lastMs = answeredMs(recording);
      if (lastMs <= 1_500) return 0;
      return lastMs <= firstMs(recording, "finished") + 500 ? 1 : 2;
    },
    because: (recording) =>
      `After ${seconds(answeredMs(recording) - 1_000)}. The answer is 202 and an id, and that takes no slot. The last report is done ${seconds(lastReportMs(recording) - 1_000)} after it was ordered.`,
  },
  {
    id: "when-urgent",
    question: "20 reports wait, and every slot is taken. A mail of high priority comes. When does it begin?",
    options: ["At once: a report that runs is put aside", "When a slot gets free", "After the 20 reports"],
    preset: "urgent-first",
    outcome: (recording) => {
      const mail = overtaking(recording, 10);
      if (!mail || mail.waitedMs === 0) return 0;
      return mail.waitedMs < 2_000 ? 1 : 2;
    },
    because: (recording) => {
      const mail = overtaking(recording, 10);
      if (!mail) return "No mail came while ten tasks waited.";
      return `It waited ${seconds(mail.waitedMs)} for a slot, and then passed ${mail.overtaken} tasks that had come before it. What runs is never interrupted.`;
    },
  },
  {
    id: "how-long-low",
    question: "Mails alone are more than three slots can do. How long does a newsletter stay in the queue?",
    options: ["Less than 5 s", "5 to 15 s", "To the end of the run"],
    preset: "starving",
    outcome: (recording) => {
      const longestMs = Math.max(...lowWaits(recording).map(({ waitedMs }) => waitedMs));
      if (longestMs < 5_000) return 0;
      return longestMs < 15_000 ? 1 : 2;
    },
    because: (recording) => {
      const waits = lowWaits(recording);
      const begun = waits.filter(({ hasBegun }) => hasBegun).length;
      return `Of ${waits.length} newsletters ${begun === 0 ? "none has" : `${begun} have`} begun, and one has waited ${seconds(Math.max(...waits.map(({ waitedMs }) => waitedMs)))}. As long as urgent tasks come faster than they are done, no other begins.`;
    },
  },
];

export const todos: ToDo[] = [
  {
    id: "overtake-ten",
    text: "Have a mail (high) overtake ten tasks that wait",
    happensAtMs: (recording) => overtaking(recording, 10)?.atMs ?? null,
  },
  {
    id: "work-off",
    text: "Let 20 tasks wait, and work them all off",
    happensAtMs: (recording) => {
      let most = 0;
      return whenWaiting(recording, (waiting) => {
        most = Math.max(most, waiting.size);
        return most >= 20 && waiting.size === 0;
      });
    },
  },
  {
    id: "slot-back",
    text: "Have a task fail, and its slot taken again at the same moment",
    happensAtMs: ({ events }) => {
      const taken = events.filter((event) => event.kind === "taken");
      const next = events.find(
        (event) => event.kind === "failed" && taken.some(({ atMs, by }) => atMs === event.atMs && by === event.by),
      );
      return next?.atMs ?? null;
    },
  },
  {
    id: "starve",
    text: "Keep a newsletter (low) waiting for 15 s",
    happensAtMs: (recording) => {
      const starved = lowWaits(recording).filter(({ waitedMs }) => waitedMs >= 15_000);
      return starved.length === 0 ? null : Math.min(...starved.map(({ sinceMs }) => sinceMs + 15_000));
    },
  },
  {
    id: "turn-away",
    text: "Turn a client away with 503 (maxUnfinished, going further)",
    happensAtMs: ({ events }) =>
      events.find((event) => event.kind === "refused" && event.why.startsWith("503"))?.atMs ?? null,
  },
];

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function firstMs({ events, durationMs }: Recording, kind: "finished"): number {
  return events.find((event) => event.kind === kind)?.atMs ?? durationMs;
}

function labels({ events }: Recording): Map<ItemNumber, string> {
  return new Map(events.flatMap((event) => (event.kind === "made" ? [[event.item, event.label] as const] : [])));
}

/** When the last report of the burst was in the queue: those that were ordered within its first half second. */
function answeredMs(recording: Recording): number {
  const burst = ofBurst(recording);
  const times = recording.events.flatMap((event) =>
    event.kind === "queued" && burst.has(event.item) ? [event.atMs] : [],
  );
  return Math.max(0, ...times);
}

function lastReportMs(recording: Recording): number {
  const burst = ofBurst(recording);
  const ends = recording.events.flatMap((event) =>
    (event.kind === "finished" || event.kind === "failed") && burst.has(event.item) ? [event.atMs] : [],
  );
  return Math.max(0, ...ends);
}

function ofBurst({ events }: Recording): Set<ItemNumber> {
  return new Set(
    events.flatMap((event) =>
      event.kind === "made" && event.label.startsWith("report") && event.atMs >= 1_000 && event.atMs < 1_500
        ? [event.item]
        : [],
    ),
  );
}

/** Goes through a run with those that wait, by when they came. Where `isSo`, that is the moment. */
function whenWaiting(
  { events }: Recording,
  isSo: (waiting: ReadonlyMap<ItemNumber, number>) => boolean,
): number | null {
  const waiting = new Map<ItemNumber, number>();
  for (const event of events) {
    if (event.kind === "queued") waiting.set(event.item, event.atMs);
    else if (event.kind === "taken") waiting.delete(event.item);
    else continue;
    if (isSo(waiting)) return event.atMs;
  }
  return null;
}

/** The first mail that had to wait, and began before at least `count` tasks that had come before it. */
function overtaking(
  recording: Recording,
  count: number,
): { atMs: number; waitedMs: number; overtaken: number } | undefined {
  const labelOf = labels(recording);
  const waiting = new Map<ItemNumber, number>();
  for (const event of recording.events) {
    if (event.kind === "queued") waiting.set(event.item, event.atMs);
    if (event.kind !== "taken") continue;
    const cameAtMs = waiting.get(event.item);
    waiting.delete(event.item);
    if (cameAtMs === undefined || !labelOf.get(event.item)?.endsWith("(high)")) continue;
    const overtaken = [...waiting.values()].filter((otherMs) => otherMs < cameAtMs).length;
    if (overtaken >= count) return { atMs: event.atMs, waitedMs: event.atMs - cameAtMs, overtaken };
  }
  return undefined;
}

/** How long each newsletter has waited, to its begin or to the end of the run. */
function lowWaits(recording: Recording): { sinceMs: number; waitedMs: number; hasBegun: boolean }[] {
  const labelOf = labels(recording);
  const beganMs = new Map(
    recording.events.flatMap((event) => (event.kind === "taken" ? [[event.item, event.atMs] as const] : [])),
  );
  return recording.events.flatMap((event) => {
    if (event.kind !== "queued" || !labelOf.get(event.item)?.endsWith("(low)")) return [];
    const endMs = beganMs.get(event.item);
    return [
      { sinceMs: event.atMs, waitedMs: (endMs ?? recording.durationMs) - event.atMs, hasBegun: endMs !== undefined },
    ];
  });
}
