import type { Graph } from "../ir/types.js";
import { verify } from "../ir/verify.js";

/** A named rewrite of a Graph. It returns the very Graph it got where it changes nothing. */
export interface Pass {
  readonly name: string;
  readonly description: string;
  run(graph: Graph): Graph;
}

/** What `runPasses` does beside running. */
export interface RunOptions {
  /** Checks the Graph after each pass that changed it, and names the guilty pass. */
  readonly verify?: boolean;
  /** Sees the Graph after each pass. */
  readonly onStage?: (name: string, graph: Graph) => void;
}

/**
 * Runs passes in order.
 *
 * @throws InternalError where `verify` is set and a pass broke the Graph.
 */
export function runPasses(passes: readonly Pass[], graph: Graph, options: RunOptions = {}): Graph {
  let current = graph;
  for (const pass of passes) {
    const next = pass.run(current);
    if (options.verify === true && next !== current) verify(next, pass.name);
    current = next;
    options.onStage?.(pass.name, current);
  }
  return current;
}
