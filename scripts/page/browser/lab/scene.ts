// The skeleton of the one picture: all the places where items can be, from the producers on the left to
// the consumers on the right. A lesson's lab has some of them; which ones is said by its parts.

import type { Lab, Part } from "../../../lab/lab.ts";
import { element, sign } from "./elements.ts";
import { capitalised, plural } from "./time-words.ts";

export interface Place {
  readonly root: HTMLElement;
  /** The number in the heading. */
  readonly count: HTMLElement;
  readonly list: HTMLElement;
  /** A line under the list. */
  readonly note: HTMLElement;
}

export interface Scene {
  readonly root: HTMLElement;
  readonly producers: Place;
  readonly outside: Place;
  readonly slots: Place;
  readonly tray: Place;
  readonly consumers: Place;
  readonly dead: Place;
  readonly refused: Place;
  readonly lost: Place;
  readonly failed: Place;
  readonly finished: Place;
  readonly back: HTMLElement;
  readonly says: HTMLElement;
}

export function sceneOf(lab: Pick<Lab, "parts" | "words">, owner: string): Scene {
  const has = (part: Part) => lab.parts.includes(part);
  const producers = place("producers", ...roleOf(lab.words?.producer, "producer"));
  const outside = place("outside", has("door") ? "HTTP door" : "Waiting outside");
  const next = element("span", { class: "next", "aria-hidden": "true" }, "next");
  const slots = place("slots", "Waiting", { level: "h5", list: "ol", beside: next });
  const tray = place("tray", "In flight", { level: "h5" });
  const consumers = place("consumers", ...roleOf(lab.words?.consumer, "consumer"));
  const refused = place("refused", "Turned away");
  const dead = place("dead", "Dead letters");
  const lost = place("lost", "Lost");
  const failed = place("failed", "Failed");
  const finished = place("finished", "Finished");
  const back = element("p", { class: "way-back" });
  const says = element("p", { class: "says" });
  outside.root.hidden = !(has("outside") || has("door"));
  tray.root.hidden = !has("tray");
  refused.root.hidden = !has("door");
  dead.root.hidden = !has("dead letters");
  lost.root.hidden = true;
  failed.root.hidden = true;
  const queue = element(
    "section",
    { class: "queue" },
    element("header", { class: "queue-head" }, element("h4", {}, owner), says),
    element("div", { class: "queue-places" }, slots.root, tray.root),
    back,
  );
  const exits = element("div", { class: "exits" }, refused.root, dead.root, lost.root, failed.root, finished.root);
  const root = element(
    "div",
    { class: "scene", "data-outside": !outside.root.hidden, "data-tray": has("tray") },
    producers.root,
    outside.root,
    queue,
    consumers.root,
    exits,
  );
  return { root, producers, outside, slots, tray, consumers, dead, refused, lost, failed, finished, back, says };
}

/** "Printers" and, smaller, "consumers"; "Consumers" where the lab has no word of its own. */
function roleOf(word: string | undefined, role: string): [title: string, options: PlaceOptions] {
  if (!word || word === role) return [capitalised(plural(role)), {}];
  return [capitalised(plural(word)), { beside: element("span", { class: "role" }, plural(role)) }];
}

interface PlaceOptions {
  readonly level?: "h4" | "h5";
  readonly list?: "ul" | "ol";
  /** On the other side of the heading. */
  readonly beside?: HTMLElement;
}

function place(name: string, title: string, options: PlaceOptions = {}): Place {
  const { level = "h4", list: tag = "ul", beside = null } = options;
  const count = element("span", { class: "count" });
  const list = element(tag, { class: "chips", "aria-label": title });
  const note = element("p", { class: "place-note" });
  const head = element("div", { class: "place-head" }, element(level, {}, title, " ", count), beside);
  const root = element("section", { class: `place ${name}`, "data-place": name }, head, list, note);
  return { root, count, list, note };
}

/** The way back from flight to the front of the line. */
export function wayBack(times: number): (Node | string)[] {
  return [sign("↩"), times === 0 ? " the way back" : ` came back: ${times === 1 ? "once" : `${times} times`}`];
}
