import { currentHost } from "../host/current.js";
import type { Host } from "../host/host.js";
import { handle } from "../live/handle.js";
import { createModel } from "../live/model.js";
import { showModel } from "../live/session.js";
import type { ViewState, ViewValue } from "../live/wire.js";
import { controlPicture } from "./controlPicture.js";

/** A control in the notebook. Its value lives in the kernel: a reloaded page shows it as it is. */
export interface Control<T> {
  /** The value now. */
  readonly value: T;
  /** Sets the value, on the page too, and tells the listeners. @throws ArgumentError if it is not one of the control's values. */
  set(value: T): void;
  /** Calls `changed` after each change. The result ends that. */
  onChange(changed: (value: T) => void): () => void;
}

/** What all controls take. */
export interface ControlOptions {
  /** What the control is for. */
  readonly label?: string;
  /** Where to show it; default the running kernel. */
  readonly host?: Host;
}

/** How a kind of control keeps its value. */
export interface ControlKind<T extends ViewValue> {
  readonly kind: "slider" | "select" | "checkbox" | "button";
  readonly label: string;
  readonly initial: T;
  /** What the page needs beside the value. */
  readonly state: ViewState;
  /** The value as the control accepts it. @throws ArgumentError if it is none of its values. */
  check(value: unknown): T;
}

/** Shows a control, and follows it. */
export function showControl<T extends ViewValue>(kind: ControlKind<T>, host: Host = currentHost()): Control<T> {
  let value = kind.check(kind.initial);
  const listeners = new Set<(value: T) => void>();
  const model = createModel("control", { ...kind.state, kind: kind.kind, label: kind.label, value }, { every: 0 });
  const picture = (): ReturnType<typeof controlPicture> => controlPicture(kind.label, String(value));
  const replace = showModel(host, model, picture());
  const changeTo = (next: T): void => {
    if (next === value) return;
    value = next;
    replace(picture());
    for (const listener of [...listeners]) listener(value);
  };
  // A page sends only values that its control has; what does not fit is put right there.
  model.onChange("value", (sent) => {
    try {
      changeTo(kind.check(sent));
    } catch {
      model.set({ value });
    }
  });
  return handle({
    get value() {
      return value;
    },
    set: (next: T) => {
      const checked = kind.check(next);
      model.set({ value: checked });
      changeTo(checked);
    },
    onChange: (changed: (value: T) => void) => {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
  });
}
