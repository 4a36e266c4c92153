// The lab's page: loads the lesson's lab, and sets it to work in the page's skeleton.

import type { Lab } from "../../../lab/lab.ts";
import { part } from "./elements.ts";
import { LabAtWork } from "./lab-at-work.ts";

const root = document.querySelector<HTMLElement>("[data-lab]");

if (root) {
  try {
    const module = (await import(/* @vite-ignore */ root.dataset.labModule ?? "")) as { lab: Lab };
    new LabAtWork(root, root.dataset.lab ?? "", module.lab);
  } catch (error) {
    part(root, "[data-lab-pictures]").textContent = `The lab could not be set up: ${(error as Error).message}`;
    throw error;
  }
}
