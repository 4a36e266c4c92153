// What lesson 04's lab asks: bets that a run of the reference decides, and to-dos that tick themselves.

import type { ItemNumber, Recording } from "../../../scripts/lab/events.ts";
import type { Bet, ToDo } from "../../../scripts/lab/lab.ts";
import { eventsOf, labelOf, timeOf } from "../../../scripts/lab/reading.ts";

export const bets: readonly Bet[] = [
  {
    id: "when-it-is-back",
    question:
      "A printer crashes in the middle of an order. The timeout is 5 s, and the monitor looks every second. When does another printer have the order?",
    options: [
      "In the second of the crash: the queue sees it",
      "5 to 8 s after the first delivery",
      "Never: it died with the printer",
    ],
    preset: "crash",
    outcome: (recording) => {
      const [first, second] = deliveriesOf(recording, crashes(recording)[0]?.item);
      if (!first || !second) return 2;
      return second.atMs - first.atMs < 5_000 ? 0 : 1;
    },
    because: (recording) => {
      const crash = crashes(recording)[0];
      const [first, second] = deliveriesOf(recording, crash?.item);
      if (!crash || !first || !second) return "The order did not come back in this run.";
      return `${first.by} took ${labelOf(recording, crash.item)} at ${seconds(first.atMs)} and crashed at ${seconds(crash.atMs)}. ${second.by} got it at ${seconds(second.atMs)}. A queue does not see a crash. It sees that no ack has come in 5 s, and only when the monitor looks.`;
    },
  },
  {
    id: "too-short",
    question:
      "Printing takes about 2.4 s, the visibility timeout is 0.8 s, four printers work without a pause. How many orders are acked in a minute?",
    options: ["Nearly all, many of them printed twice", "About half", "None"],
    preset: "short-timeout",
    outcome: (recording) => {
      const share = eventsOf(recording, "finished").length / eventsOf(recording, "made").length;
      if (share > 0.75) return 0;
      return share > 0.1 ? 1 : 2;
    },
    because: (recording) =>
      `${eventsOf(recording, "taken").length} deliveries, ${eventsOf(recording, "failed").length} orders printed to the end, ${eventsOf(recording, "finished").length} acks accepted. Each order went back before its printer was done, and stood in front of the others. A timeout that is too short does not slow a queue down: it stops it.`,
  },
  {
    id: "poison-crashes",
    question:
      "Order 6 crashes every printer that takes it, 0.4 s after the delivery. Three deliveries are allowed. How many times does it crash a printer in this minute?",
    options: ["Once", "3 times", "About 10 times: each time it comes back"],
    preset: "poison",
    outcome: (recording) => {
      const times = crashes(recording).length;
      if (times <= 1) return 0;
      return times <= 4 ? 1 : 2;
    },
    because: (recording) => {
      const dead = timeOf(eventsOf(recording, "dead"));
      const when = dead === null ? "" : ` At ${seconds(dead)} it went to the dead letters instead of back.`;
      return `It crashed ${crashes(recording).length} printers, about 6 s apart: 5 s of timeout, and up to 1 s until the monitor looks.${when} The limit bounds the harm; it does not say who is to blame.`;
    },
  },
];

export const todos: readonly ToDo[] = [
  {
    id: "back-after-crash",
    text: "Bring an order back after a crash, and have it printed",
    happensAtMs: (recording) => {
      const crashed = crashes(recording);
      const done = eventsOf(recording, "finished").filter(({ item, atMs }) =>
        crashed.some((crash) => crash.item === item && crash.atMs < atMs),
      );
      return timeOf(done);
    },
  },
  {
    id: "printed-twice",
    text: "Have one order printed twice",
    happensAtMs: (recording) => {
      const printed = new Set<ItemNumber>();
      for (const event of recording.events) {
        if (event.kind !== "finished" && event.kind !== "failed") continue;
        if (printed.has(event.item)) return event.atMs;
        printed.add(event.item);
      }
      return null;
    },
  },
  {
    id: "dead-letter",
    text: "Send an order to the dead letters",
    happensAtMs: (recording) => timeOf(eventsOf(recording, "dead")),
  },
  {
    id: "nobody-works",
    text: "Have orders waiting and not one printer alive",
    happensAtMs: whenNobodyWorks,
  },
  {
    id: "ten-in-vain",
    text: "Have ten deliveries in a row without one ack between them",
    happensAtMs: (recording) => {
      let inVain = 0;
      for (const { kind, atMs } of recording.events) {
        if (kind === "finished") inVain = 0;
        if (kind === "taken") inVain += 1;
        if (inVain === 10) return atMs;
      }
      return null;
    },
  },
];

/** The crashes, and the order that each printer had in hand. */
function crashes(recording: Recording): { atMs: number; item: ItemNumber }[] {
  const inHand = new Map<string, ItemNumber>();
  const found: { atMs: number; item: ItemNumber }[] = [];
  for (const event of recording.events) {
    if (event.kind === "taken") inHand.set(event.by, event.item);
    if (event.kind === "crashed") found.push({ atMs: event.atMs, item: inHand.get(event.by) ?? 0 });
  }
  return found;
}

function deliveriesOf(recording: Recording, item: ItemNumber | undefined) {
  return eventsOf(recording, "taken").filter((taken) => taken.item === item);
}

function whenNobodyWorks(recording: Recording): number | null {
  const down = new Set<string>();
  let waiting = 0;
  for (const event of recording.events) {
    if (event.kind === "crashed") down.add(event.by);
    if (event.kind === "restarted") down.delete(event.by);
    if (event.kind === "counts") waiting = event.waiting;
    if (down.size === recording.consumers.length && waiting > 0) return event.atMs;
  }
  return null;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
