// `node:buffer` in the worker.

import { Buffer } from "../buffer.ts";

export { Buffer };

export default { Buffer };
