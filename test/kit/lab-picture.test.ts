// What the picture of a lab makes of events, in whatever order real code brings them.

import { describe, expect, test } from "vitest";
import type { LabEvent, Recording } from "../../scripts/lab/events.ts";
import { pictureAt } from "../../scripts/lab/picture.ts";
import type { Happening } from "../../scripts/lab/stage.ts";
import { order, recordingOf } from "./lab-scenes.ts";

describe("the picture", () => {
  const whereAt = async (atMs: number, ...happenings: readonly Happening[]) => {
    const picture = pictureAt(await recordingOf(...happenings), atMs);
    const named = (items: readonly { readonly item: number }[]) => items.map(({ item }) => item);
    const { outside, slots, tray, dead, failed, lost } = picture;
    return {
      ...picture,
      places: [named(outside), named(slots), named(tray), named(dead), named(failed), named(lost)],
    };
  };
  const lent = (item: number, by: string, count = 1): Happening => ({
    kind: "taken",
    item,
    by,
    delivery: { count, untilMs: 60_000 },
  });

  test("an item is with its producer, at the door, in the queue", async () => {
    const made = await whereAt(0, ...order(1));
    expect(made.producers).toMatchObject([{ holds: [{ item: 1, label: "order 1" }], isWaiting: false }]);
    const offered = await whereAt(1_500, ...order(1));
    expect(offered.producers[0]?.isWaiting).toBe(true);
    expect(offered.places[0]).toEqual([1]);
    expect((await whereAt(2_000, ...order(1))).places).toEqual([[], [1], [], [], [], []]);
  });

  test("news that it is queued does not take it out of the hand that has it already", async () => {
    const [made, offered, queued] = order(1) as [Happening, Happening, Happening];
    const { places, consumers } = await whereAt(9_000, made, offered, { kind: "taken", item: 1, by: "Ada" }, queued);
    expect(places[1]).toEqual([]);
    expect(consumers[0]).toMatchObject({ state: "works", holds: [{ item: 1, isStale: false, sinceMs: 2_000 }] });
  });

  test("those that come back in one go stand in front, in the order in which they are named", async () => {
    const recording: Recording = {
      ...(await recordingOf()),
      events: [
        ...[1, 2, 3].flatMap((item) => order(item)),
        lent(1, "Ada"),
        lent(2, "Bob"),
        { kind: "back", item: 1 } as const,
        { kind: "back", item: 2 } as const,
      ].map((happening) => ({ ...happening, atMs: 5 }) as LabEvent),
    };
    expect(pictureAt(recording, 5).slots.map(({ item }) => item)).toEqual([1, 2, 3]);
  });

  test("one of a lower rank stands nearer to the front, and equals stand as they came", async () => {
    const ranked = [3, 1, 2, 1, 3].flatMap((rank, index) =>
      order(index + 1).map((happening) => (happening.kind === "queued" ? { ...happening, rank } : happening)),
    );
    const back: Happening[] = [lent(4, "Ada"), { kind: "back", item: 4 }];
    const events = (...happenings: readonly Happening[]) =>
      happenings.map((happening) => ({ ...happening, atMs: 5 }) as LabEvent);
    const recording = await recordingOf();
    const slotsAfter = (...happenings: readonly Happening[]) =>
      pictureAt({ ...recording, events: events(...happenings) }, 5).slots.map(({ item }) => item);
    expect(slotsAfter(...ranked)).toEqual([2, 4, 3, 1, 5]);
    // What comes back stands in front. One without a rank is of rank 0.
    expect(slotsAfter(...ranked, ...back)).toEqual([4, 2, 3, 1, 5]);
    expect(slotsAfter(...ranked, ...back, ...order(6))).toEqual([6, 4, 2, 3, 1, 5]);
  });

  test("what is lent outlives its consumer, what is taken does not", async () => {
    const crash: Happening = { kind: "crashed", by: "Ada" };
    const ofLent = await whereAt(9_000, ...order(1), lent(1, "Ada"), crash);
    expect(ofLent.tray).toMatchObject([{ item: 1, by: "Ada", isHeld: false, leftMs: 51_000, ofMs: 57_000 }]);
    expect(ofLent.consumers[0]).toMatchObject({ state: "crashed", holds: [] });
    expect((await whereAt(9_000, ...order(1), { kind: "taken", item: 1, by: "Ada" }, crash)).places[5]).toEqual([1]);
  });

  test("what was taken and fails has failed for good, what was lent is in flight, and in nobody's hand", async () => {
    const failed: Happening = { kind: "failed", item: 1, by: "Ada", why: "no paper" };
    const ofTaken = await whereAt(9_000, ...order(1), { kind: "taken", item: 1, by: "Ada" }, failed);
    expect(ofTaken.places).toEqual([[], [], [], [], [1], []]);
    expect(ofTaken.counts).toMatchObject({ failed: 1, lost: 0 });
    expect((await whereAt(3_000, ...order(1), lent(1, "Ada"), failed)).tray).toMatchObject([{ item: 1, isHeld: true }]);
    expect((await whereAt(9_000, ...order(1), lent(1, "Ada"), failed)).tray).toMatchObject([
      { item: 1, isHeld: false },
    ]);
  });

  test("who has an old delivery works for nothing", async () => {
    const { consumers, counts } = await whereAt(
      9_000,
      ...order(1),
      lent(1, "Ada"),
      { kind: "back", item: 1 },
      lent(1, "Bob", 2),
    );
    expect(consumers.map(({ holds }) => holds[0]?.isStale)).toEqual([true, false]);
    expect(counts.redelivered).toBe(1);
  });
});
