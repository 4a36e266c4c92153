// The to-dos: each ticks itself when the playhead passes the moment at which it happens, in a run of the
// learner's own code.

import type { Recording } from "../../../lab/events.ts";
import type { ToDo } from "../../../lab/lab.ts";
import { element, sign, write } from "./elements.ts";
import type { Memory } from "./remembered.ts";

export class ToDosPanel {
  readonly #todos: readonly ToDo[];
  readonly #memory: Memory;
  readonly #rows: ReadonlyMap<string, HTMLElement>;
  readonly #count: HTMLElement;
  /** When each of the open ones happens in the run that is watched. */
  #momentsMs: ReadonlyMap<ToDo, number> = new Map();
  #sinceMs = 0;

  constructor(root: HTMLElement, todos: readonly ToDo[], memory: Memory) {
    this.#todos = todos;
    this.#memory = memory;
    this.#rows = new Map(todos.map(({ id, text }) => [id, rowOf(text)]));
    this.#count = element("p", { class: "quiet-line" });
    const note = "They tick themselves, when they happen in a run of your own code that you watch.";
    root.append(
      element("p", { class: "quiet-line" }, note),
      element("ul", { class: "todos" }, ...this.#rows.values()),
      this.#count,
    );
    this.#show();
  }

  /**
   * Another run of the learner's code.
   *
   * @param sinceMs What happened up to then was not watched: the page began there.
   */
  watches(recording: Recording | null, sinceMs: number): void {
    const open = this.#todos.filter(({ id }) => !this.#memory.done.todos.includes(id));
    const moments = open.flatMap((todo) => {
      const atMs = recording ? todo.happensAtMs(recording) : null;
      return atMs === null ? [] : [[todo, atMs] as const];
    });
    this.#momentsMs = new Map(moments);
    this.#sinceMs = sinceMs;
  }

  /** The playhead is at `atMs`. Returns the to-dos that have happened now. */
  pass(atMs: number): readonly ToDo[] {
    const happened = [...this.#momentsMs]
      .filter(([, when]) => when <= atMs && when >= this.#sinceMs)
      .map(([todo]) => todo);
    this.#sinceMs = Math.min(this.#sinceMs, atMs);
    if (happened.length === 0) return [];
    for (const { id } of happened) this.#memory.keepTodo(id);
    this.#momentsMs = new Map([...this.#momentsMs].filter(([todo]) => !happened.includes(todo)));
    this.#show();
    return happened;
  }

  #show(): void {
    const done = this.#todos.filter(({ id }) => this.#memory.done.todos.includes(id));
    for (const { id } of this.#todos) setDone(this.#rows.get(id), this.#memory.done.todos.includes(id));
    write(this.#count, `${done.length} of ${this.#todos.length} done`);
  }
}

function rowOf(text: string): HTMLElement {
  return element(
    "li",
    { class: "todo" },
    sign("○"),
    element("span", { class: "todo-text" }, text),
    element("span", { class: "todo-word" }, "open"),
  );
}

function setDone(row: HTMLElement | undefined, isDone: boolean): void {
  if (!row) return;
  row.classList.toggle("done", isDone);
  write(row.querySelector(".glyph") ?? row, isDone ? "✓" : "○");
  write(row.querySelector(".todo-word") ?? row, isDone ? "done" : "open");
}
