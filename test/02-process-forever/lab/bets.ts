// What a learner guesses before a run of lesson 02's lab, and what there is to bring about in it.

import type { LabEvent, Recording } from "../../../scripts/lab/events.ts";
import type { Bet, ToDo } from "../../../scripts/lab/lab.ts";
import { eventsOf, timeOf } from "../../../scripts/lab/reading.ts";

/** How the caption of an abort begins: a run is searched for it. */
export const TOLD_TO_STOP = "Ada is told to stop";

export const bets: Bet[] = [
  {
    id: "photos-per-second",
    question:
      "Photos are always waiting. A trip takes 100 ms, a photo 300 to 900 ms, 600 on average, and five are resized at once. How many are done in a second?",
    options: ["5 or 6", "7", "8 or more"],
    preset: "too-many-photos",
    outcome: (recording) => Math.min(Math.max(Math.round(perSecond(recording)) - 6, 0), 2),
    because: (recording) => {
      const batchMs = (recording.durationMs * 5) / eventsOf(recording, "finished").length;
      return `${perSecond(recording).toFixed(1)}. A batch is as slow as its slowest photo: ${Math.round(batchMs)} ms with the trip, where five of 600 ms would need 700.`;
    },
  },
  {
    id: "the-rest-of-the-batch",
    question:
      "The first photo that cannot be resized comes in a batch of five. How many of the other four are resized?",
    options: ["None: the batch has failed", "Those that were done before it", "All four"],
    preset: "a-bad-message",
    outcome: (recording) => {
      const { others, finished, before } = firstBadBatch(recording);
      if (finished === others) return 2;
      return finished === before ? 1 : 0;
    },
    because: (recording) => {
      const { others, finished, why, atMs } = firstBadBatch(recording);
      return `${finished} of ${others}. At ${seconds(atMs)} ${why}; the others run on, and the next batch is fetched when they are done.`;
    },
  },
  {
    id: "the-end-of-it",
    question: "Ada is told to stop at 3.0 s, with five photos in her hands. When does the loop resolve?",
    options: ["At once", "With the first of the five that is done", "With the last of them"],
    preset: "stop-in-mid-batch",
    outcome: (recording) => {
      const { resolvedAtMs, ends } = theStop(recording);
      const done = ends.filter((atMs) => atMs <= resolvedAtMs).length;
      return done === 0 ? 0 : done < ends.length ? 1 : 2;
    },
    because: (recording) => {
      const { resolvedAtMs, ends } = theStop(recording);
      return `At ${seconds(resolvedAtMs)}. The five were done at ${ends.map(seconds).join(", ")}: what has left the queue is finished, or it would be lost.`;
    },
  },
];

export const todos: ToDo[] = [
  {
    id: "one-fails",
    text: "Let a photo fail",
    happensAtMs: (recording) => timeOf(eventsOf(recording, "failed")),
  },
  {
    id: "three-empty-batches",
    text: "Have three empty batches in a row",
    happensAtMs: (recording) => {
      let inARow = 0;
      return when(recording, (event) => {
        if (event.kind === "nothing") inARow += 1;
        if (event.kind === "taken") inARow = 0;
        return inARow === 3;
      });
    },
  },
  {
    id: "stopped-in-the-pause",
    text: "Tell the loop to stop while it waits for the next poll",
    happensAtMs: (recording) => {
      let isPausing = false;
      return when(recording, (event) => {
        if (event.kind === "nothing") isPausing = true;
        if (event.kind === "asks") isPausing = false;
        return isPausing && isStop(event);
      });
    },
  },
  {
    id: "stopped-on-a-trip",
    text: "Tell the loop to stop while a receive is on its way, and see what it brings finished",
    happensAtMs: (recording) => {
      const { events } = recording;
      const stop = events.findIndex(isStop);
      const ask = events.slice(0, stop + 1).findLast((event) => ["asks", "nothing", "taken"].includes(event.kind));
      if (stop < 0 || ask?.kind !== "asks") return null;
      const taken = eventsOf({ ...recording, events: events.slice(stop) }, "taken")[0];
      const isEnd = (event: LabEvent) => event.kind === "finished" && event.item === taken?.item;
      return events.find(isEnd)?.atMs ?? null;
    },
  },
  {
    id: "ten-a-second",
    text: "Have 250 photos resized in 25 s",
    happensAtMs: (recording) => {
      const atMs = eventsOf(recording, "finished")[249]?.atMs;
      return atMs !== undefined && atMs <= 25_000 ? atMs : null;
    },
  },
];

function when({ events }: Recording, isSo: (event: LabEvent) => boolean): number | null {
  return events.find(isSo)?.atMs ?? null;
}

function isStop(event: LabEvent): boolean {
  return event.kind === "says" && event.text.startsWith(TOLD_TO_STOP);
}

function perSecond(recording: Recording): number {
  return eventsOf(recording, "finished").length / (recording.durationMs / 1_000);
}

/** What became of the batch in which a photo failed for the first time. */
function firstBadBatch(recording: Recording): {
  atMs: number;
  why: string;
  others: number;
  finished: number;
  before: number;
} {
  const [failure] = eventsOf(recording, "failed");
  const taken = eventsOf(recording, "taken");
  const batchAtMs = taken.find(({ item }) => item === failure?.item)?.atMs;
  const batch = new Set(taken.filter(({ atMs }) => atMs === batchAtMs).map(({ item }) => item));
  const finished = eventsOf(recording, "finished").filter(({ item }) => batch.has(item));
  const atMs = failure?.atMs ?? 0;
  const before = finished.filter((event) => event.atMs <= atMs).length;
  return { atMs, why: failure?.why ?? "", others: batch.size - 1, finished: finished.length, before };
}

/** When the loop was seen to stop, and when the photos that were in hand at the abort were done. */
function theStop(recording: Recording): { resolvedAtMs: number; ends: number[] } {
  const { events } = recording;
  const stop = events.findIndex(isStop);
  const resolvedAtMs = events.slice(stop + 1).find((event) => event.kind === "says")?.atMs ?? recording.durationMs;
  const taken = new Set(eventsOf({ ...recording, events: events.slice(0, stop) }, "taken").map(({ item }) => item));
  const ends = eventsOf({ ...recording, events: events.slice(stop) }, "finished").filter(({ item }) => taken.has(item));
  return { resolvedAtMs, ends: ends.map(({ atMs }) => atMs) };
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}
