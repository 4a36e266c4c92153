// Reading a recording: what bets, to-dos and charts ask of it.

import type { LabEvent, Recording } from "./events.ts";

/** The events of one kind, in order. */
export function eventsOf<Kind extends LabEvent["kind"]>(
  recording: Recording,
  kind: Kind,
): (LabEvent & { kind: Kind })[] {
  return recording.events.filter((event): event is LabEvent & { kind: Kind } => event.kind === kind);
}

/** When the first of them came; `null`: there is none. */
export function timeOf(events: readonly LabEvent[]): number | null {
  return events[0]?.atMs ?? null;
}

/** How an item is called in a sentence: "order 7". */
export function labelOf(recording: Recording, item: number): string {
  return eventsOf(recording, "made").find((made) => made.item === item)?.label ?? `item ${item}`;
}
