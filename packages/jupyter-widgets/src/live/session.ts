import type { Bundle, Comm, Comms, Host } from "../host/host.js";
import type { Json } from "../host/json.js";
import { withNote } from "../picture/note.js";
import type { Picture } from "../picture/picture.js";
import { openAnywidget } from "./anywidget.js";
import type { Model } from "./model.js";
import { stateBytes, toSnapshot } from "./wire.js";

/** Comm target by which a browser asks for a model: it opens one with `{ id }`. */
export const viewTarget = "simgrad.view";
/** Comm target by which the kernel asks whether the page has the JupyterLab extension. */
export const helloTarget = "simgrad.hello";

/**
 * Bytes of typed arrays that a saved notebook keeps beside the picture, so that its views turn and hover without a kernel;
 * larger ones are seen as pictures then.
 */
const snapshotLimit = 1_000_000;

/** What stands below a picture where a page has neither the extension nor anywidget. */
const howToGetLive = "A live view: npx @simgrad/jupyter-widgets install, or the Python package anywidget.";

/** Bytes of typed arrays that models may hold together; beyond that the oldest are forgotten, and keep their last picture. */
const memoryLimit = 1_000_000_000;

/** The live views of one kernel. */
interface Session {
  readonly models: Map<string, Model>;
  /** Whether the page has our extension; unknown until it has answered. */
  extension: "unknown" | "present" | "absent";
  /** What is done for each view shown before the answer, once it is known that there is no extension. */
  readonly waiting: (() => void)[];
}

const sessions = new WeakMap<Comms, Session>();

/** Options of `showModel`. */
export interface ShowModelOptions {
  /** Opens the model as a widget where the page has no extension of ours; default one of anywidget. */
  readonly openWidget?: (comms: Comms, absent: () => void) => Json;
}

/**
 * Shows a model as one output: the live view, its static picture, its text. Where the host has no comms it is the picture.
 *
 * @returns what replaces the static picture, as when a run has ended
 */
export function showModel(
  host: Host,
  model: Model,
  picture: Picture,
  { openWidget = (to, absent) => openAnywidget(to, model, absent) }: ShowModelOptions = {},
): (picture: Picture) => void {
  const { comms } = host;
  if (comms === undefined) {
    const replace = host.replaceable?.();
    const bundle = staticBundle(picture);
    if (replace === undefined) host.display(bundle);
    else replace(bundle);
    return (later) => replace?.(staticBundle(later));
  }
  const session = sessionOf(comms);
  session.models.set(model.id, model);
  forgetOldest(session);
  let widget: Json | null = null;
  let last = picture;
  let noLiveView = false;
  const display = (update: boolean): void => {
    host.display(
      {
        ...liveBundle(model, noLiveView ? withNote(last, howToGetLive) : last),
        ...(widget === null ? {} : { "application/vnd.jupyter.widget-view+json": widget }),
      },
      { id: model.id, update },
    );
  };
  const useAnywidget = (): void => {
    widget = openWidget(comms, () => {
      widget = null;
      noLiveView = true;
      display(true);
    });
  };
  if (session.extension === "absent") useAnywidget();
  display(false);
  if (session.extension === "unknown") {
    session.waiting.push(() => {
      useAnywidget();
      display(true);
    });
  }
  return (later) => {
    last = later;
    display(true);
  };
}

function sessionOf(comms: Comms): Session {
  const known = sessions.get(comms);
  if (known !== undefined) return known;
  const session: Session = { models: new Map(), extension: "unknown", waiting: [] };
  sessions.set(comms, session);
  comms.onOpen(viewTarget, (comm: Comm, data: Json) => {
    const { id } = (data ?? {}) as { readonly id?: Json };
    const model = session.models.get(String(id));
    // The output of an earlier kernel: the page keeps the picture that it has.
    if (model === undefined) comm.close();
    else model.connect(comm);
  });
  const hello = comms.open(helloTarget, {});
  hello.onMessage(() => {
    session.extension = "present";
    session.waiting.length = 0;
  });
  // A front end closes a comm whose target it does not know.
  hello.onClose(() => {
    if (session.extension === "present") return;
    session.extension = "absent";
    for (const act of session.waiting.splice(0)) act();
  });
  return session;
}

function forgetOldest({ models }: Session): void {
  let bytes = 0;
  for (const model of [...models.values()].reverse()) {
    bytes += stateBytes(model.state());
    if (bytes > memoryLimit) models.delete(model.id);
  }
}

function staticBundle({ svg, alt }: Picture): Bundle {
  return { "image/svg+xml": svg, "text/plain": alt };
}

function liveBundle(model: Model, picture: Picture): Bundle {
  const state = toSnapshot(model.state(), snapshotLimit);
  return {
    "application/vnd.simgrad.view+json": { version: 1, id: model.id, view: model.view, alt: picture.alt, state },
    ...staticBundle(picture),
  };
}
