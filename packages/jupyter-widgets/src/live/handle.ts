/** By this method a value says to a kernel how it is shown when a cell ends with it. */
const displayMethod = Symbol.for("Jupyter.display");

/**
 * Makes what a display gives back, to steer it. A cell may end with it: the display is there already, so that there is nothing
 * more to show.
 */
export function handle<T extends object>(members: T): T {
  return Object.freeze(Object.defineProperty(members, displayMethod, { value: () => null }));
}
