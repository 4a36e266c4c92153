// The picture of one run on the page: brings the scene to a moment of it, with chips that move there.

import type { Recording } from "../../../lab/events.ts";
import type { Lab } from "../../../lab/lab.ts";
import { type ItemView, type Picture, pictureAt } from "../../../lab/picture.ts";
import { arrange, chip, type Entry, type Looks, looksOf, more, renew } from "./chips.ts";
import { element, sign, write } from "./elements.ts";
import type { RunFigures } from "./figures.ts";
import { fly, seatsIn } from "./flights.ts";
import { consumerEntry, producerEntry } from "./people.ts";
import { type Place, type Scene, sceneOf, wayBack } from "./scene.ts";
import { renewFlight, trayEntry } from "./tray.ts";

/** How many chips a place shows; of the others it says how many there are. */
const MOST_SLOTS = 24;
/** A line without a limit gets so many rows: more would push all that is below out of sight. */
const ROWS_WITHOUT_LIMIT = 5;
const MOST_ELSEWHERE = 8;
const LAST_ONES = 3;

/** The most letters of a label that get room in any case. A tray beside the slots leaves less of it. */
const MOST_LETTERS = 16;
const MOST_LETTERS_WITH_TRAY = 14;

/** What a chip takes up: its letters, and what stands beside them, without a count and with one. */
const EM_PER_LETTER = 0.6;
const EM_BESIDE = 2.6;
const EM_WITH_COUNT = 4.2;
/** Between two chips, in pixels: as in the styles. */
const GAP = 6;

export class PictureView {
  readonly root: HTMLElement;
  readonly #scene: Scene;
  readonly #recording: Recording;
  readonly #looks: Looks;
  readonly #reserved: { readonly tray: number; readonly outside: number };
  readonly #figures: RunFigures;
  readonly #cellEm: number;
  /** The point of the run that is drawn. */
  #shown: number | null = null;

  constructor(lab: Pick<Lab, "parts" | "words">, owner: string, recording: Recording, figures: RunFigures) {
    this.#recording = recording;
    this.#figures = figures;
    this.#looks = looksOf(recording.producers);
    this.#scene = sceneOf(lab, owner);
    this.root = this.#scene.root;
    const [most, beside] = lab.parts.includes("tray")
      ? [MOST_LETTERS_WITH_TRAY, EM_WITH_COUNT]
      : [MOST_LETTERS, EM_BESIDE];
    this.#cellEm = Math.min(most, longestLabel(recording)) * EM_PER_LETTER + beside;
    this.root.style.setProperty("--cell", `${this.#cellEm}em`);
    // Where producers hold nothing that could be seen, their cards need no room for it.
    const holds = figures.mostMade > 0 || (this.#scene.outside.root.hidden && figures.mostOutside > 0);
    this.#scene.producers.root.classList.toggle("empty-handed", !holds);
    // Its place is kept from the beginning, so that nothing jumps when the first one fails.
    this.#scene.failed.root.hidden = pictureAt(recording, recording.durationMs).counts.failed === 0;
    this.#reserved = {
      tray: Math.min(MOST_ELSEWHERE, Math.max(1, figures.mostInFlight)),
      outside: Math.min(MOST_ELSEWHERE, Math.max(1, figures.mostOutside)),
    };
  }

  /**
   * Shows the moment `atMs`.
   *
   * @param flightMs How long chips are on their way to their new places; 0: they are there at once.
   */
  show(atMs: number, flightMs: number): Picture {
    const picture = pictureAt(this.#recording, atMs);
    const happened = this.#figures.pointAt(atMs);
    if (happened === this.#shown) {
      for (const flight of picture.tray) renewFlight(this.#scene.tray.list, flight);
      return picture;
    }
    this.#shown = happened;
    const before = flightMs > 0 && this.root.isConnected ? seatsIn(this.root) : null;
    this.#draw(picture);
    if (before) fly(this.root, before, this.#scene.finished.count, flightMs);
    return picture;
  }

  #draw(picture: Picture): void {
    const scene = this.#scene;
    const outside = new Set(scene.outside.root.hidden ? [] : picture.outside.map(({ item }) => item));
    arrange(
      scene.producers.list,
      picture.producers.map((one) =>
        producerEntry({ ...one, holds: one.holds.filter(({ item }) => !outside.has(item)) }, this.#looks),
      ),
    );
    arrange(
      scene.consumers.list,
      picture.consumers.map((one) => consumerEntry(one, this.#looks)),
    );
    this.#fill(scene.outside, picture.outside, MOST_ELSEWHERE, this.#reserved.outside);
    write(
      scene.outside.note,
      picture.producers.some(({ isWaiting }) => isWaiting) ? "Producers are made to wait." : "",
    );
    this.#drawQueue(picture);
    this.#fill(scene.dead, picture.dead.slice(-LAST_ONES).reverse(), LAST_ONES, 0, picture.counts.dead);
    this.#fill(
      scene.refused,
      picture.refused.slice(0, LAST_ONES).map(({ item }) => item),
      LAST_ONES,
      0,
      picture.counts.refused,
    );
    write(scene.refused.note, picture.refused[0]?.why ?? "");
    if (picture.counts.refused > 0) scene.refused.root.hidden = false;
    scene.lost.root.hidden = picture.counts.lost === 0;
    this.#fill(scene.lost, picture.lost.slice(-LAST_ONES).reverse(), LAST_ONES, 0, picture.counts.lost);
    write(scene.lost.note, "Nobody has them any more.");
    this.#fill(scene.failed, picture.failed.slice(-LAST_ONES).reverse(), LAST_ONES, 0, picture.counts.failed);
    write(scene.finished.count, String(picture.counts.finished));
    const twice = picture.counts.finishedTwice;
    write(scene.finished.note, twice === 0 ? "" : `${twice} of them more than once`);
  }

  #drawQueue({ slots, tray, capacity, counts, says }: Picture): void {
    const { slots: line, tray: flights, back, says: numbers } = this.#scene;
    const room = capacity === null ? this.#roomInLine() : MOST_SLOTS;
    const kept = capacity === null ? Math.min(room, this.#figures.mostWaiting.count) : Math.min(MOST_SLOTS, capacity);
    this.#fill(line, slots, room, kept, slots.length, capacity);
    line.root.classList.toggle("empty", slots.length === 0);
    if (tray.length > 0) flights.root.hidden = false;
    write(flights.count, String(tray.length));
    arrange(flights.list, [
      ...tray.slice(0, MOST_ELSEWHERE).map((flight) => trayEntry(flight, this.#looks)),
      ...more(tray.length - MOST_ELSEWHERE),
      ...places(this.#reserved.tray - tray.length, "kept"),
    ]);
    back.hidden = flights.root.hidden;
    back.replaceChildren(...wayBack(counts.redelivered));
    numbers.replaceChildren(...inItsOwnWords(says, slots.length, flights.root.hidden ? null : tray.length));
  }

  /** How many chips a line without a limit shows: its rows, less one place for the words "and 3 more". */
  #roomInLine(): number {
    const { list } = this.#scene.slots;
    const cell = this.#cellEm * Number.parseFloat(getComputedStyle(list).fontSize);
    const perRow = Math.max(1, Math.floor((list.clientWidth + GAP) / (cell + GAP)));
    return Math.min(MOST_SLOTS, ROWS_WITHOUT_LIMIT * perRow - 1);
  }

  /** Chips, how many there are more, and the places that are free or kept so that nothing jumps. */
  #fill(
    place: Place,
    items: readonly ItemView[],
    most: number,
    reserved: number,
    count = items.length,
    capacity: number | null = null,
  ): void {
    write(place.count, capacity === null ? String(count) : `${count} of ${capacity}`);
    const shown = items.slice(0, most);
    arrange(place.list, [
      ...shown.map((item) => ({
        key: String(item.item),
        make: () => chip(item, this.#looks),
        renew: (made: HTMLElement) => renew(made, item),
      })),
      ...more(count - shown.length),
      ...places(reserved - shown.length, capacity === null ? "kept" : "free"),
    ]);
  }
}

/** Slots that nobody is in. The heading has their number, so they are for the eye alone. */
function places(count: number, kind: "free" | "kept"): Entry[] {
  return Array.from({ length: Math.max(0, count) }, (_, index) => ({
    key: `${kind} ${index}`,
    make: () => element("li", { class: `slot ${kind}`, "aria-hidden": "true" }),
  }));
}

/** The numbers that the queue gives when it is asked, and a mark where they are not those of the picture. */
function inItsOwnWords(says: Picture["says"], waiting: number, inFlight: number | null): (Node | string)[] {
  if (!says) return [];
  const isRight = says.waiting === waiting && (inFlight === null || (says.inFlight ?? inFlight) === inFlight);
  const flight = says.inFlight === undefined ? "" : `, in flight ${says.inFlight}`;
  const text = `It says: waiting ${says.waiting}${flight}`;
  if (isRight) return [text];
  return [element("strong", { class: "wrong" }, sign("≠"), ` ${text}. The picture has other numbers.`)];
}

function longestLabel({ events }: Recording): number {
  const lengths = events.map((event) => (event.kind === "made" ? event.label.length : 0));
  return Math.max(4, ...lengths);
}
