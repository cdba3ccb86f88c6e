import type { Subject } from "./subject.js";

/** One promise of the contract. */
export interface Check {
  /** Short name, stable: "shapes", "gradients". */
  readonly name: string;
  /** What it states of a simulator, as the name of a test. */
  readonly states: string;
  /**
   * Tests it.
   *
   * @throws PluginSuiteFailure where the simulator does not keep it, or what it threw itself.
   */
  run(subject: Subject): void;
}
