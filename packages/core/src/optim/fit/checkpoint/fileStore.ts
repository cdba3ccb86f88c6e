import type { CheckpointStore } from "./store.js";

/**
 * Checkpoints in a file: the newest at `path`, the older at `path.older`. A new one is written beside, flushed to the disk and
 * renamed, so that a crash at any moment leaves whole files.
 *
 * @param path - its folder must exist
 */
export function fileStore(path: string): CheckpointStore {
  const older = `${path}.older`;
  const part = `${path}.part`;
  return Object.freeze({
    name: path,
    olderName: older,
    read: () => readText(path),
    readOlder: () => readText(older),
    async write(text: string, keepNewest: boolean) {
      // Imported here alone, so that the package also loads where there are no files.
      const { link, open, rename, rm } = await import("node:fs/promises");
      try {
        const file = await open(part, "w");
        try {
          await file.writeFile(text, "utf8");
          await file.sync();
        } finally {
          await file.close();
        }
        if (keepNewest && (await readable(path))) {
          // A second name for the newest, so that there is no moment without it.
          await rm(older, { force: true });
          await link(path, older).catch(() => rename(path, older));
        }
        await rename(part, path);
      } catch (error) {
        await rm(part, { force: true }).catch(() => undefined);
        throw error;
      }
    },
  });
}

async function readable(path: string): Promise<boolean> {
  const { access } = await import("node:fs/promises");
  return access(path).then(
    () => true,
    () => false,
  );
}

async function readText(path: string): Promise<string | null> {
  const { readFile } = await import("node:fs/promises");
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === "ENOENT") return null;
    throw error;
  }
}
