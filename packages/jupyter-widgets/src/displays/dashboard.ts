import { randomUUID } from "node:crypto";
import { ArgumentError } from "@simgrad/core";
import { currentHost } from "../host/current.js";
import type { Bundle, DisplayOptions, Host } from "../host/host.js";
import type { Json } from "../host/json.js";
import { openGrid } from "../live/anywidget.js";
import { handle } from "../live/handle.js";
import { createModel } from "../live/model.js";
import { showModel } from "../live/session.js";
import type { ViewValue } from "../live/wire.js";
import type { Picture } from "../picture/picture.js";
import { stack } from "../picture/stack.js";

/** Options of `dashboard`. */
export interface DashboardOptions {
  /** Views side by side; default 2. */
  readonly columns?: number;
  /** Where to show it; default the running kernel. */
  readonly host?: Host;
}

/**
 * Lays several displays out in one output. Each part is a function that shows one thing on the host that it is given; what it
 * returns comes back.
 *
 * @example
 * ```ts
 * const [mesh, loss] = dashboard([(host) => showMesh(start, { host }), (host) => lossCurve({ host })]);
 * ```
 * @throws ArgumentError if there is nothing to show.
 */
export function dashboard<Parts extends readonly ((host: Host) => unknown)[]>(
  parts: readonly [...Parts],
  { columns = 2, host = currentHost() }: DashboardOptions = {},
): { readonly [K in keyof Parts]: ReturnType<Parts[K]> } {
  if (parts.length === 0 || !(Number.isInteger(columns) && columns > 0)) {
    throw new ArgumentError({
      what: "dashboard: there is nothing to lay out.",
      got: `${parts.length} parts in ${columns} columns`,
      expected: "at least one part, in at least one column",
    });
  }
  const bundles: Bundle[] = [];
  const places = new Map<string, number>();
  const add = (bundle: Bundle, { id, update = false }: DisplayOptions = {}): void => {
    const known = id === undefined ? undefined : places.get(id);
    if (update && known !== undefined) bundles[known] = bundle;
    else {
      if (id !== undefined) places.set(id, bundles.length);
      bundles.push(bundle);
    }
    redraw();
  };
  const replaceable = (): ((bundle: Bundle) => void) => {
    const id = randomUUID();
    return (bundle) => {
      add(bundle, { id, update: places.has(id) });
    };
  };
  let replace: ((picture: Picture) => void) | null = null;
  const model = createModel("dashboard", { columns, parts: [], alt: "" });
  const compose = (): Picture => {
    const picture = stack(bundles, columns);
    model.set({ parts: outputsOf(bundles), alt: picture.alt });
    return picture;
  };
  const redraw = (): void => replace?.(compose());
  const inner: Host = { ...host, name: `${host.name}, in a dashboard`, display: add, replaceable };
  const results = parts.map((part) => part(inner));
  replace = showModel(host, model, compose(), { openWidget: (comms) => openGrid(comms, widgetIds(bundles), columns) });
  return handle(results) as unknown as { readonly [K in keyof Parts]: ReturnType<Parts[K]> };
}

function outputsOf(bundles: readonly Bundle[]): readonly ViewValue[] {
  return bundles.flatMap((bundle) => {
    const output: Json | undefined = bundle["application/vnd.simgrad.view+json"];
    return output === undefined ? [] : [output as ViewValue];
  });
}

function widgetIds(bundles: readonly Bundle[]): readonly string[] {
  return bundles.flatMap((bundle) => {
    const widget = bundle["application/vnd.jupyter.widget-view+json"] as { readonly model_id?: string } | undefined;
    return widget?.model_id === undefined ? [] : [widget.model_id];
  });
}
