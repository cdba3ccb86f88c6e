import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of reference data; `SIMGRAD_SHARED` names another one. */
export const sharedFolder: string =
  process.env["SIMGRAD_SHARED"] ?? fileURLToPath(new URL("../../../../../shared", import.meta.url));

/** The text of a file of the reference data, or undefined where there is none. */
export function sharedFile(name: string): string | undefined {
  const path = join(sharedFolder, name);
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}
