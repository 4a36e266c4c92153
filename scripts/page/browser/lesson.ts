// On a lesson's page: the verdict as it comes, the hints, the editor, the reset.

import { startActions } from "./actions.ts";
import { startHints } from "./hints.ts";
import { startLive } from "./live.ts";
import { startSchedulePlayers } from "./schedule-player.ts";
import { showVerdict } from "./verdict.ts";

const { lesson = "", slug = "" } = document.body.dataset;

startSchedulePlayers(document);
startHints(lesson);
startActions(lesson);
startLive(lesson, slug, showVerdict);
