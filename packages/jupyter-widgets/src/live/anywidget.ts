import fs from "node:fs";
import { createRequire } from "node:module";
import type { Comm, Comms } from "../host/host.js";
import type { Json } from "../host/json.js";
import type { Model, ViewName } from "./model.js";
import { toWire, type ViewState } from "./wire.js";

/** Version of Jupyter's widget messaging protocol that is spoken here. */
const protocol = { version: "2.1.0" };
const anywidgetVersion = "~0.11.*";
const sources = new Map<ViewName, string>();

/**
 * Opens a model as a widget of anywidget, over Jupyter's own widget protocol: the same ES module as in JupyterLab's
 * extension, sent as the value `_esm`.
 *
 * @param absent - called where the page closes the widget before it has said anything: it has no widgets
 * @param sourceOf - gives the module of a view
 * @returns the content of an `application/vnd.jupyter.widget-view+json` output
 */
export function openAnywidget(
  comms: Comms,
  model: Model,
  absent: () => void,
  sourceOf: (view: ViewName) => string = readSource,
): Json {
  const constants: ViewState = {
    _model_module: "anywidget",
    _model_module_version: anywidgetVersion,
    _model_name: "AnyModel",
    _view_module: "anywidget",
    _view_module_version: anywidgetVersion,
    _view_name: "AnyView",
    _view_count: null,
    _dom_classes: [],
    _anywidget_id: `simgrad.${model.view}`,
    _esm: sourceOf(model.view),
    layout: openLayout(comms),
  };
  const comm = openWidget(comms, () => ({ ...model.state(), ...constants }));
  let heard = false;
  comm.onMessage(() => {
    heard = true;
  });
  comm.onClose(() => {
    if (!heard) absent();
  });
  model.connect(comm, { sendState: false });
  return viewOf(comm);
}

/**
 * Opens a grid of widgets that are open already, as Jupyter's own `GridBoxModel`.
 *
 * @param ids - model ids of the widgets
 * @returns as `openAnywidget`
 */
export function openGrid(comms: Comms, ids: readonly string[], columns: number): Json {
  const state: ViewState = {
    ...controlsModule,
    _model_name: "GridBoxModel",
    _view_name: "GridBoxView",
    _dom_classes: [],
    box_style: "",
    children: ids.map((id) => `IPY_MODEL_${id}`),
    layout: openLayout(comms, { grid_template_columns: `repeat(${columns}, minmax(0, 1fr))` }),
  };
  return viewOf(openWidget(comms, () => state));
}

/** A widget must name a layout, and the front end must know it first. */
function openLayout(comms: Comms, more: ViewState = {}): string {
  const state = { ...layoutState, ...more };
  return `IPY_MODEL_${openWidget(comms, () => state).id}`;
}

/** Opens a widget, and gives its state again to a page that was loaded anew. */
function openWidget(comms: Comms, current: () => ViewState): Comm {
  const { buffers, ...opening } = toWire(current());
  const comm = comms.open("jupyter.widget", opening, { metadata: protocol, buffers });
  comm.onMessage((data) => {
    if ((data as { readonly method?: Json } | null)?.method !== "request_state") return;
    const { buffers: bytes, ...message } = toWire(current());
    comm.send({ method: "update", ...message }, { buffers: bytes });
  });
  return comm;
}

function viewOf({ id }: Comm): Json {
  return { version_major: 2, version_minor: 0, model_id: id };
}

const controlsModule = {
  _model_module: "@jupyter-widgets/controls",
  _model_module_version: "2.0.0",
  _view_module: "@jupyter-widgets/controls",
  _view_module_version: "2.0.0",
};

const layoutState = {
  _model_module: "@jupyter-widgets/base",
  _model_module_version: "2.0.0",
  _model_name: "LayoutModel",
  _view_module: "@jupyter-widgets/base",
  _view_module_version: "2.0.0",
  _view_name: "LayoutView",
};

function readSource(view: ViewName): string {
  let source = sources.get(view);
  if (source === undefined) {
    const file = createRequire(import.meta.url).resolve(`@simgrad/jupyter-views/${view}.js`);
    source = fs.readFileSync(file, "utf8");
    sources.set(view, source);
  }
  return source;
}
