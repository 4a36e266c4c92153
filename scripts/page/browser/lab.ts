// On a lab's page: the lab, and what the grader says meanwhile.

import "./lab/lab-page.ts";
import { startLive } from "./live.ts";

const { lesson = "", slug = "" } = document.body.dataset;

startLive(lesson, slug, (news) => {
  const place = document.querySelector<HTMLElement>("#lab-verdict");
  if (!place) return;
  if (news.kind === "verdict") place.textContent = news.summary;
  if (news.kind === "trouble") place.textContent = news.sentence;
});
