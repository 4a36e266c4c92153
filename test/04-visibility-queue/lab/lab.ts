// Lesson 04's lab: a print shop whose printers crash, on the learner's own VisibilityQueue.

import type { Lab } from "../../../scripts/lab/lab.ts";
import { bets, todos } from "./bets.ts";
import { PrintShop } from "./print-shop.ts";

export const lab: Lab<typeof import("#lesson/04-visibility-queue/visibility-queue.ts")> = {
  title: "A print shop",
  about:
    "Two shops publish orders, printers receive, print and ack them, and a monitor calls `requeueExpired` every second.",
  files: ["04-visibility-queue/visibility-queue.ts"],
  parts: ["tray", "dead letters"],
  words: { producer: "shop", consumer: "printer", item: "order" },
  durationMs: 60_000,
  knobs: {
    arrivals: { label: "Orders", unit: "per second", least: 0.5, most: 5, step: 0.5, value: 2 },
    serviceMs: { label: "Printing takes about", unit: "ms", least: 200, most: 4_000, step: 100, value: 1_200 },
    printers: { label: "Printers", unit: "", least: 1, most: 6, step: 1, value: 4 },
    timeoutMs: { label: "Visibility timeout", unit: "ms", least: 200, most: 15_000, step: 200, value: 5_000 },
    crash: { label: "A delivery ends in a crash", unit: "%", least: 0, most: 50, step: 1, value: 0 },
    deliveries: { label: "Deliveries at most (0: no limit)", unit: "", least: 0, most: 8, step: 1, value: 0 },
    poison: { label: "Orders that crash every printer", unit: "", least: 0, most: 4, step: 1, value: 0 },
  },
  presets: [
    {
      id: "crash",
      name: "Crash in mid-task",
      look: "Ada is dead. Her order is in flight still, where nobody sees it, until its clock has run down.",
      settings: { crash: 8 },
      seed: 3,
      showsAtMs: 4_700,
    },
    {
      id: "short-timeout",
      name: "Too short a visibility timeout",
      look: "Every printer is busy, and no ack is accepted: each order goes back while it is being printed.",
      settings: { timeoutMs: 800, serviceMs: 2_400 },
      seed: 1,
      showsAtMs: 12_000,
    },
    {
      id: "poison",
      name: "A poison order",
      look: "Order 6 has crashed its third printer. It does not come back once more: it goes to the dead letters.",
      settings: { poison: 1, deliveries: 3 },
      seed: 1,
      showsAtMs: 15_500,
    },
    {
      id: "poison-unlimited",
      name: "Poison orders, and no limit",
      look: "What comes back stands in front: each printer that starts again soon has poison in hand, and the line grows.",
      settings: { poison: 4 },
      seed: 1,
      showsAtMs: 20_000,
    },
    {
      id: "calm",
      name: "A calm day",
      look: "Each order is lent, printed and acked: no clock in the tray runs down.",
      settings: { arrivals: 1 },
      seed: 1,
      showsAtMs: 10_000,
    },
  ],
  bets,
  todos,
  scene: (given, stage) => new PrintShop(given, stage).open(),
};
