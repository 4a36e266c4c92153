// What a learner guesses before a run of lesson 03's lab, and what there is to bring about in it.

import type { LabEvent, Recording } from "../../../scripts/lab/events.ts";
import type { Bet, ToDo } from "../../../scripts/lab/lab.ts";
import { eventsOf, timeOf } from "../../../scripts/lab/reading.ts";

/** From here on a run has found its pace. */
const SETTLED_MS = 20_000;

/** What Ada books in a run with room for three: the preset "Fast producer, slow consumer". */
const BOOKED_WITH_THREE = 80;

export const bets: Bet[] = [
  {
    id: "the-readers-pace",
    question:
      "The readers could read 10 orders a second, Ada books one in 500 ms, and there is room for three. How many orders a second go into the queue, once it is full?",
    options: ["2", "6", "10"],
    preset: "fast-producer-slow-consumer",
    outcome: (recording) => Math.round((perSecond(recording, "queued") - 2) / 4),
    because: (recording) =>
      `${perSecond(recording, "queued").toFixed(1)} a second went in after 20 s, and ${perSecond(recording, "taken").toFixed(1)} came out. A put goes on when something was taken, so the readers go at Ada's pace.`,
  },
  {
    id: "one-outside",
    question:
      "Room for five, and Ada and Bob wait for work. Reader 1 puts eight orders at the same moment. How many of them wait outside?",
    options: ["0", "1", "3"],
    preset: "burst",
    outcome: (recording) => [0, 1, 3].indexOf(outsideAtFirst(recording)),
    because: (recording) => {
      const events = recording.events.filter(({ atMs }) => atMs === 0);
      const taken = events.filter(({ kind }) => kind === "taken").length;
      const entered = events.filter(({ kind }) => kind === "queued").length;
      return `${outsideAtFirst(recording)}. ${taken} went straight to the workers and took no room, ${entered - taken} found a slot, and the eighth waits for one.`;
    },
  },
  {
    id: "room-for-twenty",
    question: "With room for 3, Ada books 80 orders in 40 s. And with room for 20?",
    options: ["As many", "About 17 more", "Nearly seven times as many"],
    preset: "a-larger-queue",
    outcome: (recording) => {
      const more = eventsOf(recording, "finished").length - BOOKED_WITH_THREE;
      return more < 5 ? 0 : more < 100 ? 1 : 2;
    },
    because: (recording) =>
      `${eventsOf(recording, "finished").length}. Ada sets the pace. What has grown is the wait: the last order that she got had been in the queue for ${seconds(lastWaitMs(recording))}.`,
  },
];

export const todos: ToDo[] = [
  {
    id: "a-producer-waits",
    text: "Make a producer wait",
    happensAtMs: (recording) => whenOutside(recording, 1),
  },
  {
    id: "away-with-nothing",
    text: "Let a consumer go away with nothing",
    happensAtMs: (recording) => timeOf(eventsOf(recording, "nothing")),
  },
  {
    id: "given-up-at-the-door",
    text: "Have an order given up at the door",
    happensAtMs: (recording) => timeOf(eventsOf(recording, "refused")),
  },
  {
    id: "all-hands-free",
    text: "Have four workers wait at the same time, after the first order",
    happensAtMs: (recording) => {
      const asking = new Set<string>();
      let hasBegun = false;
      return when(recording, (event) => {
        if (event.kind === "asks") asking.add(event.by);
        if (event.kind === "taken" || event.kind === "nothing") asking.delete(event.by);
        if (event.kind === "taken") hasBegun = true;
        return hasBegun && asking.size === 4;
      });
    },
  },
  {
    id: "thirty-outside",
    text: "Have 30 orders wait outside at once",
    happensAtMs: (recording) => whenOutside(recording, 30),
  },
];

type Kind = LabEvent["kind"];

function when({ events }: Recording, isSo: (event: LabEvent) => boolean): number | null {
  return events.find(isSo)?.atMs ?? null;
}

/** When so many orders had been outside for more than a moment. */
function whenOutside({ events }: Recording, most: number): number | null {
  let outside = 0;
  for (const [index, event] of events.entries()) {
    if (event.kind === "offered") outside += 1;
    if (event.kind === "queued" || event.kind === "refused") outside -= 1;
    const next = events[index + 1];
    if (outside >= most && next && next.atMs > event.atMs) return event.atMs;
  }
  return null;
}

function outsideAtFirst({ events }: Recording): number {
  const first = events.filter(({ atMs }) => atMs === 0);
  const count = (kind: Kind) => first.filter((event) => event.kind === kind).length;
  return count("offered") - count("queued");
}

function perSecond(recording: Recording, kind: Kind): number {
  const settled = eventsOf(recording, kind).filter(({ atMs }) => atMs >= SETTLED_MS);
  return settled.length / ((recording.durationMs - SETTLED_MS) / 1_000);
}

/** How long the order that was taken last had been in the queue. */
function lastWaitMs(recording: Recording): number {
  const last = eventsOf(recording, "taken").at(-1);
  const queued = eventsOf(recording, "queued").find(({ item }) => item === last?.item);
  return (last?.atMs ?? 0) - (queued?.atMs ?? 0);
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
