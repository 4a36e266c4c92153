// What a learner guesses before a run of lesson 01's lab, and what there is to bring about in it.

import type { LabEvent, Recording } from "../../../scripts/lab/events.ts";
import type { Bet, ToDo } from "../../../scripts/lab/lab.ts";
import { eventsOf, timeOf } from "../../../scripts/lab/reading.ts";

/** When two workers with batches of 4 have sent all 20, in milliseconds: the preset "Two workers". */
const BATCHES_OF_FOUR_MS = 780;

export const bets: Bet[] = [
  {
    id: "how-many-trips",
    question:
      "20 messages, batches of 4, two workers; each stops when a trip of its own was empty. How many trips is that in all?",
    options: ["5", "6", "7"],
    preset: "two-workers",
    outcome: (recording) => Math.min(Math.max(eventsOf(recording, "asks").length - 5, 0), 2),
    because: (recording) => {
      const [trips, empty] = [eventsOf(recording, "asks").length, eventsOf(recording, "nothing").length];
      return `${trips} trips: ${trips - empty} bring messages, ${empty} bring none. What Ada learns from an empty trip, Bob does not know: he makes one as well.`;
    },
  },
  {
    id: "a-larger-batch",
    question: "With batches of 4, two workers have sent all 20 messages at 0.78 s. And with batches of 20?",
    options: ["Sooner: there are fewer trips", "At the same moment", "Later"],
    preset: "all-in-one-hand",
    outcome: (recording) => 1 + Math.sign(lastMs(recording, "finished") - BATCHES_OF_FOUR_MS),
    because: (recording) =>
      `At ${seconds(lastMs(recording, "finished"))}. One trip less costs more than it saves: Ada sends ${finishedBy(recording, "Ada")} messages, Bob ${finishedBy(recording, "Bob")}.`,
  },
  {
    id: "time-on-the-way",
    question: "One message a trip, 40 ms to send it. How much of its time is the worker on the way?",
    options: ["About 30 %", "About 50 %", "About 70 %"],
    preset: "one-by-one",
    outcome: (recording) => Math.round((onTheWay(recording) - 0.3) / 0.2),
    because: (recording) => {
      const trips = eventsOf(recording, "taken").length;
      return `${Math.round(onTheWay(recording) * 100)} %: ${trips} trips of 100 ms in the ${seconds(lastMs(recording, "finished"))} that it takes to send ${trips} messages.`;
    },
  },
];

export const todos: ToDo[] = [
  {
    id: "two-hands",
    text: "Have two workers hold messages at the same time",
    happensAtMs: (recording) => whenHeld(recording, (held) => held.filter((count) => count > 0).length >= 2),
  },
  {
    id: "empty-trip",
    text: "Let a trip bring nothing",
    happensAtMs: (recording) => timeOf(eventsOf(recording, "nothing")),
  },
  {
    id: "one-hand",
    text: "Have one worker hold ten messages or more while another comes back with nothing",
    happensAtMs: (recording) =>
      whenHeld(recording, (held, event) => event.kind === "nothing" && held.some((count) => count >= 10)),
  },
  {
    id: "forty-in-a-second",
    text: "Have 40 messages sent within the first second",
    happensAtMs: (recording) => {
      const atMs = eventsOf(recording, "finished")[39]?.atMs;
      return atMs !== undefined && atMs <= 1_000 ? atMs : null;
    },
  },
  {
    id: "sixty-wait",
    text: "Let messages come faster than they are fetched, until 60 wait",
    happensAtMs: (recording) => {
      let waiting = 0;
      return whenHeld(recording, (_held, event) => {
        if (event.kind === "queued") waiting += 1;
        if (event.kind === "taken") waiting -= 1;
        return waiting >= 60;
      });
    },
  },
];

type Kind = LabEvent["kind"];

function lastMs(recording: Recording, kind: Kind): number {
  return eventsOf(recording, kind).at(-1)?.atMs ?? 0;
}

function finishedBy(recording: Recording, name: string): number {
  return eventsOf(recording, "finished").filter((event) => event.by === name).length;
}

/** Which part of the time until the last message is sent a single worker with batches of 1 is on a trip. */
function onTheWay(recording: Recording): number {
  const untilMs = lastMs(recording, "finished");
  const asks = eventsOf(recording, "asks");
  const tripsMs = eventsOf(recording, "taken").map(({ atMs }, index) => atMs - (asks[index]?.atMs ?? atMs));
  return tripsMs.reduce((sum, ms) => sum + ms, 0) / untilMs;
}

/** When `isSo` is first true of the numbers of messages that the workers hold, and of the event that came last. */
function whenHeld({ events }: Recording, isSo: (held: number[], event: LabEvent) => boolean): number | null {
  const held = new Map<string, number>();
  for (const event of events) {
    if (event.kind === "taken") held.set(event.by, (held.get(event.by) ?? 0) + 1);
    if (event.kind === "finished") held.set(event.by, (held.get(event.by) ?? 0) - 1);
    if (isSo([...held.values()], event)) return event.atMs;
  }
  return null;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}
