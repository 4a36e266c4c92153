// Items as chips: one look for them wherever they are. Colour says who made it, and so does a shape.

import type { ItemView } from "../../../lab/picture.ts";
import { element, write } from "./elements.ts";

/** How many producers have a look of their own; the next one looks like the first. */
export const LOOKS = 6;

/** The look of each producer, from 1 up, by name. */
export type Looks = ReadonlyMap<string, number>;

export function looksOf(producers: readonly string[]): Looks {
  return new Map(producers.map((name, index) => [name, (index % LOOKS) + 1]));
}

/** The producer's shape alone. */
export function mark(look: number): HTMLSpanElement {
  return element("span", { class: "mark", "data-look": look, "aria-hidden": "true" });
}

/** One chip: mark, name, and how often it has been delivered where that is more than once. */
export function chip(item: ItemView, looks: Looks, ...beside: readonly HTMLElement[]): HTMLLIElement {
  const look = looks.get(item.madeBy) ?? 1;
  const made = element(
    "li",
    { class: "chip", "data-item": item.item, "data-look": look, title: `${item.label}, from ${item.madeBy}` },
    mark(look),
    labelOf(item.label),
    element("span", { class: "times" }),
    ...beside,
  );
  renew(made, item);
  return made;
}

/** "invoice", " 19", " (slow)": where there is little room, the number is the last to give way. */
function labelOf(text: string): HTMLSpanElement {
  const [, name = text, number = "", rest = ""] = /^(.*?)(\s*\d+)(.*)$/.exec(text) ?? [];
  const parts = Object.entries({ name, number, rest }).filter(([, part]) => part !== "");
  return element("span", { class: "label" }, ...parts.map(([kind, part]) => element("span", { class: kind }, part)));
}

/** Writes what can change on a chip. */
export function renew(made: Element, item: ItemView): void {
  const times = made.querySelector(".times");
  if (times) write(times, item.count > 1 ? `×${item.count}` : "");
}

/** What stands in a list: the same key, the same element, wherever in the list it goes. */
export interface Entry {
  readonly key: string;
  readonly make: () => HTMLLIElement;
  readonly renew?: (made: HTMLLIElement) => void;
}

/** In place of those that are not shown: how many they are. */
export function more(count: number): Entry[] {
  if (count <= 0) return [];
  const words = `and ${count} more`;
  return [{ key: "more", make: () => element("li", { class: "more" }), renew: (made) => write(made, words) }];
}

/** Brings a list to these entries, in this order. What stays keeps its element, so that it can be moved. */
export function arrange(list: HTMLElement, entries: readonly Entry[]): void {
  const standing = new Map<string, HTMLLIElement>();
  for (const child of list.children) if (child instanceof HTMLLIElement) standing.set(child.dataset.key ?? "", child);
  let place: Element | null = list.firstElementChild;
  for (const entry of entries) {
    const made = standing.get(entry.key) ?? keyed(entry);
    standing.delete(entry.key);
    entry.renew?.(made);
    if (made === place) place = place.nextElementSibling;
    else list.insertBefore(made, place);
  }
  for (const gone of standing.values()) gone.remove();
}

function keyed({ key, make }: Entry): HTMLLIElement {
  const made = make();
  made.dataset.key = key;
  return made;
}
