import { ArgumentError } from "../../util/errors.js";
import { checkPositiveCount } from "../solvers/tolerances.js";
import type { Counts } from "../problem.js";
import type { Storable } from "./checkpoint/codec.js";
import { CheckpointError } from "./checkpoint/checkpointError.js";
import { checkpointWriter, readCheckpoint, storeOf, type SaveOptions } from "./checkpoint/checkpoints.js";
import type { CheckpointStore } from "./checkpoint/store.js";
import type { Coordinates } from "./objective.js";
import type { FitOptions } from "./options.js";

/** Everything that a fit goes on from. */
export interface FitRecord {
  /** Coordinates where the fit began, from which a metric measures. */
  readonly start: Float64Array;
  readonly state: Storable;
  readonly counts: Counts;
  readonly losses: Float64Array;
  readonly gradientNorms: Float64Array;
  readonly best: { readonly coordinates: Coordinates; readonly loss: number; readonly step: number };
  readonly seconds: number;
}

/** What must be the same where a fit goes on. */
export interface FitSignature {
  readonly optimizer: string;
  readonly loss: string;
  /** Paths, dtypes and shapes of the coordinates. */
  readonly unknowns: string;
}

/** Writes and reads the records of one fit. */
export interface Saving {
  /** The record to go on from; null for a start. @throws CheckpointError, ArgumentError */
  load(): Promise<FitRecord | null>;
  /** Whether it is time to save after a step. */
  isDue(step: number): boolean;
  /** Saves, if that is wanted at all. @throws CheckpointError; what was there stays. */
  save(record: FitRecord): Promise<void>;
}

/** Distance of checkpoints where none is asked for, ms. */
const everyMs = 1000;

/** The saving that the options ask for. */
export function saving(options: Pick<FitOptions<never, never>, "save" | "resume">, signature: FitSignature): Saving {
  const asked = readSave(options.save);
  const store = asked === null ? null : storeOf(asked.to);
  const writer = store === null ? null : checkpointWriter(store);
  const from = resumeFrom(options.resume, store);
  let saved = performance.now();
  return {
    async load() {
      if (from === null) return null;
      const content = await readCheckpoint(from);
      if (content === null && options.resume === true) return null;
      if (content === null) {
        throw new CheckpointError({ what: "fit: there is no checkpoint to resume from.", got: from.name });
      }
      const { signature: before, record } = content as unknown as { signature: FitSignature; record: FitRecord };
      compare(from.name, before, signature);
      return record;
    },
    isDue(step) {
      if (asked?.every !== undefined) return step % asked.every === 0;
      return performance.now() - saved >= everyMs;
    },
    async save(record) {
      if (writer === null) return;
      await writer.write({ signature, record } as unknown as Storable);
      saved = performance.now();
    },
  };
}

function readSave(save: FitOptions<never, never>["save"]): SaveOptions | null {
  if (save === undefined) return null;
  if (typeof save === "string" || "read" in save) return { to: save };
  if (save.every !== undefined) checkPositiveCount("fit", "save.every", save.every);
  return save;
}

function resumeFrom(resume: FitOptions<never, never>["resume"], store: CheckpointStore | null): CheckpointStore | null {
  if (resume === undefined || resume === false) return null;
  if (resume !== true) return storeOf(resume);
  if (store !== null) return store;
  throw new ArgumentError({
    what: "fit: there is nothing to resume from.",
    got: "resume: true without save",
    expected: "save, or a path as resume",
  });
}

function compare(name: string, before: FitSignature, now: FitSignature): void {
  for (const key of ["optimizer", "loss", "unknowns"] as const) {
    if (before[key] === now[key]) continue;
    throw new ArgumentError({
      what: `fit: the checkpoint ${name} belongs to another fit.`,
      got: `${key === "unknowns" ? "parameters" : key}: ${now[key]}`,
      expected: before[key],
      fix: "resume with the same options, or save elsewhere.",
      data: { name, key },
    });
  }
}
