// Run it: npm run play 03 shutdown
//
// A pipeline is told to stop after three seconds, and finishes what it has accepted.

import { setTimeout as sleep } from "node:timers/promises";
import { runUntilShutdown } from "../graceful-shutdown.ts";

const stopping = new AbortController();
const startedMs = performance.now();
const say = (text: string) => console.log(`${((performance.now() - startedMs) / 1000).toFixed(1)} s  ${text}`);

const running = runUntilShutdown({
  produce: (index) => {
    say(`producer  item-${index}`);
    return `item-${index}`;
  },
  handle: async (item) => {
    say(`          handling ${item}`);
    // Your turn: with 800 ms the workers fall behind. How long does stopping take then?
    await sleep(500);
    say(`          done with ${item}`);
  },
  signal: stopping.signal,
});

// `race`: a pipeline that ends or fails before its time is reported at once.
await Promise.race([sleep(3100), running]);
say("--- told to stop ---");
stopping.abort();
const { produced, handled } = await running;
say(`Stopped: ${produced} produced, ${handled} handled.`);
