import { existsSync } from "node:fs";
import { join } from "node:path";
import type { sbmlModel } from "../simulate/sbmlModel.js";
import { sharedFolder } from "./sharedFile.js";

/** A table of numbers: the time, then each variable. */
export interface Table {
  readonly names: readonly string[];
  readonly columns: readonly ArrayLike<number>[];
}

/** What the conformance runner does with a case of the SBML Test Suite. */
export interface SuiteTools {
  simulateCase(model: typeof sbmlModel, folder: string, id: string): Table;
  /** What is wrong with a table, by the suite's rule; null where nothing is. */
  compareCase(folder: string, id: string, table: Table): string | null;
}

/** The folder of the suite's cases, or undefined where it is not there. */
export function suiteFolder(): string | undefined {
  const folder = join(sharedFolder, "data/sbml-test-suite/cases/semantic");
  return existsSync(folder) ? folder : undefined;
}

/** The parts of the conformance runner; they are no part of this package, so that it is built without them. */
export async function suiteTools(): Promise<SuiteTools> {
  const library = "../../../../conformance/lib";
  const { simulateCase } = (await import(`${library}/simulateCase.mjs`)) as Pick<SuiteTools, "simulateCase">;
  const { compareCase } = (await import(`${library}/compareCase.mjs`)) as Pick<SuiteTools, "compareCase">;
  return { simulateCase, compareCase };
}
