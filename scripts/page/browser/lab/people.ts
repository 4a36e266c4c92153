// Producers and consumers as cards: who they are, what they do in a word, and what they have in their hands.

import type { ConsumerView, ProducerView } from "../../../lab/picture.ts";
import { arrange, chip, type Entry, type Looks, mark, more, renew } from "./chips.ts";
import { element, write } from "./elements.ts";

/** The sign and the word for each state; the card's shape says it a third time. */
const STATES: Readonly<Record<ConsumerView["state"], readonly [string, string]>> = {
  asks: ["…", "asks"],
  works: ["▶", "works"],
  idle: ["–", "idle"],
  crashed: ["✗", "crashed"],
};

/** How many things a card shows; of the others it says how many there are. */
const MOST_HELD = 6;

export function producerEntry({ name, holds, isWaiting }: ProducerView, looks: Looks): Entry {
  return {
    key: name,
    make: () => card(name, mark(looks.get(name) ?? 1)),
    renew: (made) => {
      setState(
        made,
        isWaiting ? ["■", "waits"] : holds.length > 0 ? ["▶", "offers"] : ["–", "idle"],
        isWaiting ? "waits" : "goes",
      );
      const held = holds.slice(0, MOST_HELD).map((item) => ({
        key: String(item.item),
        make: () => chip(item, looks),
      }));
      arrange(listOf(made), [...held, ...more(holds.length - MOST_HELD)]);
    },
  };
}

export function consumerEntry({ name, state, holds, finished }: ConsumerView, looks: Looks): Entry {
  return {
    key: name,
    make: () => card(name, null),
    renew: (made) => {
      setState(made, STATES[state], state);
      const held = holds.slice(0, MOST_HELD).map((item) => ({
        key: String(item.item),
        make: () => chip(item, looks, element("span", { class: "for-nothing" })),
        renew: (one: HTMLElement) => {
          renew(one, item);
          one.classList.toggle("stale", item.isStale);
          write(one.querySelector(".for-nothing") ?? one, item.isStale ? "works for nothing" : "");
        },
      }));
      arrange(listOf(made), [...held, ...more(holds.length - MOST_HELD)]);
      write(made.querySelector(".did") ?? made, finished === 0 ? "" : `${finished} done`);
    },
  };
}

function card(name: string, beside: HTMLElement | null): HTMLLIElement {
  const who = element("span", { class: "who" }, beside, name);
  const state = element("span", { class: "state" }, element("span", { class: "glyph", "aria-hidden": "true" }), " ");
  state.append(element("span", { class: "word" }));
  const head = element("p", { class: "person-head" }, who, state, element("span", { class: "did" }));
  return element(
    "li",
    { class: "person" },
    head,
    element("ul", { class: "chips hands", "aria-label": `${name} holds` }),
  );
}

function setState(made: HTMLElement, [sign, word]: readonly [string, string], state: string): void {
  made.dataset.state = state;
  write(made.querySelector(".glyph") ?? made, sign);
  write(made.querySelector(".word") ?? made, word);
}

function listOf(made: HTMLElement): HTMLElement {
  return made.querySelector<HTMLElement>(".hands") ?? made;
}
