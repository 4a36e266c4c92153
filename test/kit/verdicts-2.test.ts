// The verdicts on a quarter of the lessons: see verdicts.ts.

import { verdictsOf } from "./verdicts.ts";

verdictsOf(2);
