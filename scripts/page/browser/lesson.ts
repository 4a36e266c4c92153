// On a lesson's page: the verdict as it comes, the hints, the editor, the reset.

import { showKept, startActions } from "./actions.ts";
import { showHinted, startHints } from "./hints.ts";
import { startLive } from "./live.ts";
import { startSchedulePlayers } from "./schedule-player.ts";
import { showVerdict } from "./verdict.ts";

const { lesson = "", slug = "" } = document.body.dataset;

// Where the contents have a column of their own they are open; elsewhere they would stand before the text.
document.querySelector("#contents")?.toggleAttribute("open", matchMedia("(min-width: 1440px)").matches);

startSchedulePlayers(document);
startHints(lesson);
startActions(lesson);
startLive(lesson, slug, (news) => {
  showVerdict(news);
  if (news.kind === "verdict") showKept(news.kept);
  else if (news.kind === "hinted") showHinted(news.task, news.number);
});
