/** The model of a view as anywidget gives it (anywidget.dev, "Front-end module"): values by name, changes in both directions. */
export interface ViewModel {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  save_changes(): void;
  send(content: unknown): void;
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
}

/** What `render` of a view gets. */
export interface RenderProps {
  readonly model: ViewModel;
  readonly el: HTMLElement;
}

/** The default export of a view's module. */
export interface View {
  render(props: RenderProps): Cleanup;
}

/** Takes a view off the page: frees what it holds. */
export type Cleanup = () => void;

/** Calls `changed` when any of the values changes, once a frame at most. The result ends that. */
export function onChange(model: ViewModel, keys: readonly string[], changed: () => void): Cleanup {
  let asked = 0;
  const ask = (): void => {
    if (asked !== 0) return;
    asked = requestAnimationFrame(() => {
      asked = 0;
      changed();
    });
  };
  for (const key of keys) model.on(`change:${key}`, ask);
  return () => {
    cancelAnimationFrame(asked);
    for (const key of keys) model.off(`change:${key}`, ask);
  };
}

/** A value as text, or "". */
export function text(model: ViewModel, key: string): string {
  const value = model.get(key);
  return typeof value === "string" ? value : "";
}

/** A value as a number, or `otherwise`. */
export function number(model: ViewModel, key: string, otherwise: number): number {
  const value = model.get(key);
  return typeof value === "number" ? value : otherwise;
}

/** The numbers of a binary value; empty where there is none. */
export function floats(value: unknown): Float32Array {
  const bytes = aligned(value);
  if (bytes === null) return new Float32Array(0);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

/** The whole numbers of a binary value; empty where there is none. */
export function integers(value: unknown): Uint32Array {
  const bytes = aligned(value);
  if (bytes === null) return new Uint32Array(0);
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

/**
 * Hosts hand binary values over as views into a message. Numbers begin at a multiple of four: a value that does not is
 * copied. What this gives is for reading, since it may be the host's own memory.
 */
function aligned(value: unknown): ArrayBufferView | null {
  if (!ArrayBuffer.isView(value)) return null;
  const { buffer, byteOffset, byteLength } = value;
  return byteOffset % 4 === 0 ? value : new DataView(buffer.slice(byteOffset, byteOffset + byteLength));
}
