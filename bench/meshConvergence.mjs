/**
 * Prints the table of docs/mesh-convergence.md. `node bench/meshConvergence.mjs`, after `npm run build`; about half a minute.
 */

import { convergenceStudy, formatStudy } from "../packages/mesh-vertex/dist/reference/convergence.js";

console.log(formatStudy(convergenceStudy(5)));
