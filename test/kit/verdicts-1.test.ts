// The verdicts on a third of the lessons: see verdicts.ts.

import { verdictsOf } from "./verdicts.ts";

verdictsOf(1);
