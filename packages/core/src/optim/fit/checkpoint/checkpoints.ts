import { CheckpointError } from "./checkpointError.js";
import { decode, encode, type Storable } from "./codec.js";
import { fileStore } from "./fileStore.js";
import type { CheckpointStore } from "./store.js";

/** How a fit is saved. */
export interface SaveOptions {
  /** A path, or a store of one's own. */
  readonly to: string | CheckpointStore;
  /** Steps from one checkpoint to the next; by default at most one a second is written, whatever the steps. */
  readonly every?: number;
}

/** A path as a store. */
export function storeOf(place: string | CheckpointStore): CheckpointStore {
  return typeof place === "string" ? fileStore(place) : place;
}

/**
 * Reads the newest checkpoint.
 *
 * @returns null where there is none
 * @throws CheckpointError where it is damaged, or cannot be read; it names the older one.
 */
export async function readCheckpoint(store: CheckpointStore): Promise<Storable | null> {
  const text = await reading(store, () => store.read());
  if (text === null) return null;
  const { value, problem } = decode(text);
  if (problem === null) return value;
  const older = await reading(store, () => store.readOlder());
  const isOlderGood = older !== null && decode(older).problem === null;
  throw new CheckpointError({
    what: `The checkpoint ${store.name} is damaged: ${problem}.`,
    fix: isOlderGood
      ? `resume from the older one, which is whole: resume: ${JSON.stringify(store.olderName)}.`
      : "there is no older one that is whole; start the fit again, without resume.",
    data: { name: store.name, older: isOlderGood ? store.olderName : null },
  });
}

/** Writes checkpoints, one after the other. */
export interface CheckpointWriter {
  /** Writes one more. @throws CheckpointError where it cannot be written, as on a full disk; what was there stays. */
  write(value: Storable): Promise<void>;
}

/** A writer that never puts a damaged checkpoint in the place of the older, whole one. */
export function checkpointWriter(store: CheckpointStore): CheckpointWriter {
  let isNewestGood: boolean | null = null;
  return {
    async write(value) {
      if (isNewestGood === null) {
        const text = await reading(store, () => store.read());
        isNewestGood = text !== null && decode(text).problem === null;
      }
      try {
        await store.write(encode(value), isNewestGood);
        isNewestGood = true;
      } catch (error) {
        throw new CheckpointError({
          what: `The checkpoint ${store.name} could not be written.`,
          got: describe(error),
          fix: "make room, or save elsewhere; the checkpoint that was there before is kept, and the fit can be resumed from it.",
          data: { name: store.name, cause: error },
        });
      }
    },
  };
}

async function reading(store: CheckpointStore, read: () => Promise<string | null>): Promise<string | null> {
  try {
    return await read();
  } catch (error) {
    throw new CheckpointError({
      what: `The checkpoint ${store.name} could not be read.`,
      got: describe(error),
      data: { name: store.name, cause: error },
    });
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
