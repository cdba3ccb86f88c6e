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
  const bytes = bytesOf(value);
  return bytes === null ? new Float32Array(0) : new Float32Array(bytes);
}

/** The whole numbers of a binary value; empty where there is none. */
export function integers(value: unknown): Uint32Array {
  const bytes = bytesOf(value);
  return bytes === null ? new Uint32Array(0) : new Uint32Array(bytes);
}

/** Hosts hand binary values over as views into a message; numbers must begin at a multiple of four, so they are copied. */
function bytesOf(value: unknown): ArrayBuffer | null {
  if (!ArrayBuffer.isView(value)) return null;
  return value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength) as ArrayBuffer;
}
