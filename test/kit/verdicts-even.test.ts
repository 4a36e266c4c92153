// The verdicts on the second, fourth and so on lesson: see `verdicts.ts`.

import { verdictsOf } from "./verdicts.ts";

verdictsOf(1);
