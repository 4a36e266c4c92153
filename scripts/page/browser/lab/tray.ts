// The in-flight tray: each delivery with the clock of its visibility timeout, as a pie that shrinks and in digits.

import type { FlightView } from "../../../lab/picture.ts";
import { chip, type Entry, type Looks, renew } from "./chips.ts";
import { element, sign, write } from "./elements.ts";
import { secondsLeft } from "./time-words.ts";

export function trayEntry(flight: FlightView, looks: Looks): Entry {
  return {
    // A second delivery of the same item has a clock of its own, on the same chip.
    key: String(flight.item),
    make: () => {
      const clock = element("span", { class: "clock" }, element("span", { class: "pie", "aria-hidden": "true" }));
      clock.append(element("span", { class: "left" }));
      return element("li", { class: "flight" }, chipIn(flight, looks), clock, element("span", { class: "with" }));
    },
    renew: (made) => {
      renew(made, flight);
      made.querySelector(".with")?.replaceWith(holderOf(flight));
      setClock(made, flight);
    },
  };
}

/** The clock alone: it moves while nothing else does. */
export function renewFlight(list: HTMLElement, flight: FlightView): void {
  const made = list.querySelector(`[data-key="${flight.item}"]`);
  if (made) setClock(made, flight);
}

/** Who has it; a crossed name where that one is gone, or has let go of it. */
function holderOf({ by, isHeld }: FlightView): HTMLElement {
  const name = by.replaceAll(" ", "\u00a0");
  if (isHeld) return element("span", { class: "with" }, `with ${name}`);
  const hidden = (text: string) => element("span", { class: "visually-hidden" }, text);
  const words = [hidden("was with "), name, hidden(", who does not have it any more")];
  return element("span", { class: "with gone", title: `${by} does not have it any more` }, sign("✗"), " ", ...words);
}

function setClock(made: Element, { leftMs, ofMs }: FlightView): void {
  const left = made.querySelector(".left");
  const pie = made.querySelector<HTMLElement>(".pie");
  if (!left || !pie) return;
  const isOver = leftMs !== null && leftMs <= 0;
  write(left, leftMs === null ? "no limit" : isOver ? "time is over" : secondsLeft(leftMs));
  const share = leftMs === null || !ofMs ? 1 : Math.min(1, Math.max(0, leftMs / ofMs));
  // In hundredths: finer steps cannot be seen, and each one is a repaint.
  const seen = share.toFixed(2);
  if (pie.style.getPropertyValue("--share") !== seen) pie.style.setProperty("--share", seen);
  made.classList.toggle("over", isOver);
}

/** The chip in the tray is no list item of its own: the delivery is. */
function chipIn(flight: FlightView, looks: Looks): HTMLElement {
  const item = chip(flight, looks);
  const inside = element("span", { class: "chip", "data-item": flight.item, "data-look": item.dataset.look });
  inside.append(...item.childNodes);
  return inside;
}
