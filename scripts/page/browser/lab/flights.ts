// Chips move between places: each one begins where its item was a moment ago, and comes to where it is now.

import { element } from "./elements.ts";

type Seat = { readonly chip: HTMLElement; readonly box: DOMRect };

/** Where each item's chips were, by the item's number. */
export type Seats = ReadonlyMap<string, readonly Seat[]>;

const CHIPS = ".chip[data-item]";

export function seatsIn(scene: HTMLElement): Seats {
  const seats = new Map<string, Seat[]>();
  for (const chip of scene.querySelectorAll<HTMLElement>(CHIPS)) {
    const item = chip.dataset.item ?? "";
    seats.set(item, [...(seats.get(item) ?? []), { chip, box: chip.getBoundingClientRect() }]);
  }
  return seats;
}

/**
 * Lets all chips of the scene come from where they were.
 *
 * @param before Where they were: `seatsIn` before the scene was changed.
 * @param exit Where chips go that are nowhere any more.
 */
export function fly(scene: HTMLElement, before: Seats, exit: HTMLElement, durationMs: number): void {
  const after = seatsIn(scene);
  const timing = { duration: durationMs, easing: "cubic-bezier(.3,.1,.2,1)" };
  for (const [item, seats] of after) {
    const origins = before.get(item) ?? [];
    for (const { chip, box } of seats) {
      const origin = originOf(chip, origins);
      if (!origin) chip.animate([{ opacity: 0, transform: "scale(.7)" }, { opacity: 1 }], timing);
      else if (isElsewhere(origin, box))
        chip.animate([{ transform: wayFrom(box, origin), zIndex: 3 }, { zIndex: 3 }], timing);
    }
  }
  for (const [item, [seat]] of before) if (seat && !after.has(item)) leave(scene, seat, exit, timing);
}

/** Its own place if it was there before; else the place that the item has left; else any place of it. */
function originOf(chip: HTMLElement, origins: readonly Seat[]): DOMRect | undefined {
  const own = origins.find((seat) => seat.chip === chip);
  return (own ?? origins.find((seat) => !seat.chip.isConnected) ?? origins[0])?.box;
}

function isElsewhere(from: DOMRect, to: DOMRect): boolean {
  return Math.abs(from.x - to.x) > 1 || Math.abs(from.y - to.y) > 1;
}

function wayFrom(here: DOMRect, there: DOMRect): string {
  return `translate(${there.x - here.x}px, ${there.y - here.y}px)`;
}

/** A picture of the chip goes to the exit and fades; the chip itself is gone already. */
function leave(scene: HTMLElement, { chip, box }: Seat, exit: HTMLElement, timing: { duration: number }): void {
  const around = scene.getBoundingClientRect();
  const leaving = element("div", { class: "chip leaving", "data-look": chip.dataset.look, "aria-hidden": "true" });
  leaving.append(...[...chip.childNodes].map((child) => child.cloneNode(true)));
  Object.assign(leaving.style, {
    left: `${box.x - around.x}px`,
    top: `${box.y - around.y}px`,
    width: `${box.width}px`,
  });
  scene.append(leaving);
  const to = wayFrom(box, exit.getBoundingClientRect());
  const going = leaving.animate(
    [
      { transform: "none", opacity: 1 },
      { transform: to, opacity: 0.1 },
    ],
    timing,
  );
  going.onfinish = going.oncancel = () => leaving.remove();
}
