import { Interrupted } from "../errors.js";

/** What cells await through: every wait can be ended from outside. */
export interface Waits {
  /** A promise that settles as `value` does, or is rejected when the waits are ended. `place` says who waits. */
  through(value: unknown, place: string): unknown;
  /** The same for `for await`. */
  each(values: AsyncIterable<unknown> | Iterable<unknown>, place: string): AsyncIterable<unknown>;
  /** Ends all waits with `Interrupted`. */
  end(): void;
  /** The places at which code waited for what was rejected with `error`, the innermost first. */
  placesOf(error: unknown): readonly string[];
}

/** The waits of the cells of one kernel. */
export function createWaits(): Waits {
  const open = new Map<(error: Interrupted) => void, string>();
  // V8 follows an error through awaits by itself, but not through a promise made by hand; so places are noted here.
  const places = new WeakMap<object, string[]>();

  const note = (error: unknown, place: string): void => {
    if (typeof error !== "object" || error === null) return;
    const noted = places.get(error);
    if (noted === undefined) places.set(error, [place]);
    else noted.push(place);
  };
  const through = (value: unknown, place: string): unknown => {
    if (!isThenable(value)) return value;
    return new Promise((resolve, reject) => {
      open.set(reject, place);
      value.then(
        (result) => {
          open.delete(reject);
          resolve(result);
        },
        (error: unknown) => {
          open.delete(reject);
          note(error, place);
          reject(error as Error);
        },
      );
    });
  };
  async function* each(values: AsyncIterable<unknown> | Iterable<unknown>, place: string): AsyncIterable<unknown> {
    const iterator = iteratorOf(values);
    let done = false;
    try {
      for (;;) {
        const next = (await through(iterator.next(), place)) as IteratorResult<unknown>;
        if (next.done === true) {
          done = true;
          return;
        }
        yield await through(next.value, place);
      }
    } finally {
      if (!done) await iterator.return?.();
    }
  }
  return {
    through,
    each,
    placesOf: (error) => (typeof error === "object" && error !== null ? (places.get(error) ?? []) : []),
    end: () => {
      const waiting = [...open];
      open.clear();
      for (const [reject, place] of waiting) {
        const error = new Interrupted();
        note(error, place);
        reject(error);
      }
    },
  };
}

type AnyIterator = AsyncIterator<unknown> | Iterator<unknown>;

function iteratorOf(values: AsyncIterable<unknown> | Iterable<unknown>): AnyIterator {
  return Symbol.asyncIterator in values ? values[Symbol.asyncIterator]() : values[Symbol.iterator]();
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === "function";
}
