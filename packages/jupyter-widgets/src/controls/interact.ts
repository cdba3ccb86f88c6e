import { handle } from "../live/handle.js";

/** A control of any kind. */
export interface Followed {
  readonly value: unknown;
  onChange(changed: () => void): () => void;
}

/** The values of controls, by their names. */
export type ValuesOf<C> = { readonly [K in keyof C]: C[K] extends { readonly value: infer T } ? T : never };

/** A function that follows controls. */
export interface Interaction {
  /** Ends when no run is going on and none waits; rejects with what the last run threw. */
  settled(): Promise<void>;
  /** Follows the controls no more. */
  stop(): void;
}

/**
 * Runs a function with the values of controls, now and after each change. While it runs, changes wait; only the newest values
 * are run then, so that a fast hand does not queue up simulations.
 *
 * @example
 * ```ts
 * const speed = slider({ label: "speed", min: 0.5, max: 2 });
 * const plot = lossCurve();
 * interact({ speed }, async ({ speed }) => draw(await wave.run.async({ speed })));
 * ```
 */
export function interact<C extends Readonly<Record<string, Followed>>>(
  controls: C,
  run: (values: ValuesOf<C>) => unknown,
): Interaction {
  let going: Promise<void> | null = null;
  let stale = false;
  const values = (): ValuesOf<C> =>
    Object.fromEntries(Object.entries(controls).map(([name, control]) => [name, control.value])) as ValuesOf<C>;
  const runAll = async (): Promise<void> => {
    do {
      stale = false;
      await run(values());
    } while (stale);
  };
  const start = (): void => {
    if (going !== null) {
      stale = true;
      return;
    }
    going = runAll().finally(() => {
      going = null;
    });
  };
  const ends = Object.values(controls).map((control) => control.onChange(start));
  start();
  return handle({
    settled: async () => {
      if (going !== null) await going;
    },
    stop: () => {
      for (const end of ends) end();
    },
  });
}
