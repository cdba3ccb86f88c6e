import { shortNumber } from "./result.js";

/** What a line of progress shows. */
export interface ProgressFacts {
  readonly step: number;
  /** Infinity where it is not known. */
  readonly steps: number;
  readonly loss: number;
  readonly best: number;
  readonly evaluations: number;
  readonly seconds: number;
}

/** Shows how far a fit is. */
export interface Progress {
  show(facts: ProgressFacts): void;
  /** Leaves the last line standing. */
  end(facts: ProgressFacts): void;
}

/** What progress is written to: standard output of Node, or something like it. */
export interface Terminal {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** Distance of two lines, ms: often enough to look alive, rarely enough to cost nothing. */
const everyMs = 100;
const barWidth = 20;

/** Nothing is shown. */
export const noProgress: Progress = Object.freeze({ show: () => undefined, end: () => undefined });

/** One line that is written over itself. */
export function terminalProgress(terminal: Terminal): Progress {
  let shown = -Infinity;
  const write = (facts: ProgressFacts, end: string): void => {
    // Short of the last column, where some terminals break the line.
    const width = (terminal.columns ?? 80) - 1;
    terminal.write(`\r${progressLine(facts).slice(0, width).padEnd(width)}${end}`);
  };
  return {
    show(facts) {
      if (performance.now() - shown < everyMs) return;
      shown = performance.now();
      write(facts, "");
    },
    end: (facts) => write(facts, "\n"),
  };
}

/** The progress of this process: on its terminal if it has one. @param asked - as the user wants it, if they say */
export function progressHere(asked: boolean | undefined): Progress {
  const { process } = globalThis as { readonly process?: { readonly stdout?: Terminal } };
  const terminal = process?.stdout;
  if (terminal === undefined || !(asked ?? terminal.isTTY === true)) return noProgress;
  return terminalProgress(terminal);
}

/** The line: a bar where the number of steps is known, the step, the loss, evaluations and time. */
export function progressLine({ step, steps, loss, best, evaluations, seconds }: ProgressFacts): string {
  const done = Number.isFinite(steps) ? Math.round((barWidth * step) / steps) : null;
  const bar = done === null ? "" : `[${"#".repeat(done)}${".".repeat(barWidth - done)}] `;
  const of = Number.isFinite(steps) ? ` of ${steps}` : "";
  return (
    `${bar}step ${step}${of}  loss ${shortNumber(loss)}  best ${shortNumber(best)}  ` +
    `${evaluations} evaluations  ${seconds.toFixed(1)} s`
  );
}
