// What the clients of lesson 05's lab ask for: mails with a link for a new password, reports, newsletters.

import type { Task, TaskSubmission } from "#solution/05-task-service/models.ts";
import type { Stage } from "../../../scripts/lab/stage.ts";

interface Client {
  readonly name: string;
  readonly orders: string;
  readonly taskType: TaskSubmission["task_type"];
  readonly priority: TaskSubmission["priority"];
  readonly failsWith: string;
}

const CUSTOMER: Client = {
  name: "Customer",
  orders: "mail",
  taskType: "send_email",
  priority: 1,
  failsWith: "The mailbox is full",
};
const OFFICE: Client = {
  name: "Office",
  orders: "report",
  taskType: "generate_report",
  priority: 2,
  failsWith: "A figure is missing",
};
const MARKETING: Client = {
  name: "Marketing",
  orders: "news",
  taskType: "send_email",
  priority: 3,
  failsWith: "The mail server is busy",
};

/** In the order in which they stand in the picture. */
export const CLIENTS: readonly Client[] = [CUSTOMER, OFFICE, MARKETING];

/** A priority as a label has it: "report 7 (normal)". */
const PRIORITY_WORDS = { 1: "high", 2: "normal", 3: "low" } as const;

/** A task before anybody has it, and what the lab knows of it beforehand. */
export interface Order {
  readonly item: number;
  readonly label: string;
  readonly by: string;
  readonly submission: TaskSubmission;
  readonly takesMs: number;
  /** `undefined`: it does not fail. */
  readonly failsWith: string | undefined;
}

/** Thinks of orders, one after the other. */
export class Orders {
  readonly #stage: Stage;
  #lastItem = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** The next one that comes by chance: urgent as often as the knob says, else a report or a newsletter. */
  next(): Order {
    const { urgentPercent = 0 } = this.#stage.knobs;
    const chance = this.#stage.random("who orders") * 100;
    if (chance < urgentPercent) return this.#orderOf(CUSTOMER, "by chance");
    return this.#orderOf(chance < (100 + urgentPercent) / 2 ? OFFICE : MARKETING, "by chance");
  }

  /** One of the reports that the whole office orders at once. */
  nextOfBurst(): Order {
    return this.#orderOf(OFFICE, "in the burst");
  }

  #orderOf({ name, orders, taskType, priority, failsWith }: Client, when: string): Order {
    const { serviceMs = 0, failurePercent = 0 } = this.#stage.knobs;
    this.#lastItem += 1;
    const item = this.#lastItem;
    const takesMs = Math.round(serviceMs * (0.75 + this.#stage.random(`work, ${when}`) / 2));
    const fails = this.#stage.random(`failures, ${when}`) * 100 < failurePercent;
    return {
      item,
      label: `${orders} ${item} (${PRIORITY_WORDS[priority]})`,
      by: name,
      submission: { task_type: taskType, payload: { order: item }, priority },
      takesMs,
      failsWith: fails ? failsWith : undefined,
    };
  }
}

/** The number of the order that a task was made from, as far as the learner's code has kept it. */
export function itemOf(task: Partial<Task> | undefined): number {
  return Number(task?.payload?.order);
}
