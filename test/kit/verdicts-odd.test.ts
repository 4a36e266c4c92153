// The verdicts on the first, third and so on lesson: see `verdicts.ts`.

import { verdictsOf } from "./verdicts.ts";

verdictsOf(0);
