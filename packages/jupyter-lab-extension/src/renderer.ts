import type { ISessionContext } from "@jupyterlab/apputils";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import type { Kernel } from "@jupyterlab/services";
import { Widget } from "@lumino/widgets";
import { viewMimeType, type ViewOutput } from "./format.js";
import { mountView, type Mounted } from "./mount.js";

/** Before the picture (rank of images is 90), and before the widgets of anywidget, whose output may stand beside ours. */
const rank = -20;

/** The renderer of live views for one notebook, or for outputs without a kernel. */
export function viewRendererFactory(
  session: ISessionContext | null,
): IRenderMime.IRendererFactory & { readonly defaultRank: number } {
  return {
    // Outputs are data and pictures in <img>; nothing in them is run.
    safe: true,
    mimeTypes: [viewMimeType],
    defaultRank: rank,
    createRenderer: () => new ViewRenderer(session),
  };
}

/** Shows the static picture first, and the live view in its place when that is there. */
class ViewRenderer extends Widget implements IRenderMime.IRenderer {
  readonly #session: ISessionContext | null;
  #mounted: Mounted | null = null;
  #shown = "";

  constructor(session: ISessionContext | null) {
    super();
    this.addClass("jp-simgrad-view");
    this.#session = session;
  }

  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const output = model.data[viewMimeType] as unknown as ViewOutput;
    // A replaced output of the same model: its live view has followed the model already.
    if (this.#shown === output.id && this.node.dataset["simgradKernel"] === "connected") return Promise.resolve();
    this.#shown = output.id;
    this.#mounted?.dispose();
    const picture = model.data["image/svg+xml"];
    if (typeof picture === "string" || Array.isArray(picture)) {
      const image = document.createElement("img");
      image.alt = output.alt;
      image.src = `data:image/svg+xml,${encodeURIComponent(typeof picture === "string" ? picture : picture.join(""))}`;
      this.node.replaceChildren(image);
    }
    this.node.dataset["simgradState"] = "static";
    this.#mount(output, this.#session?.session?.kernel ?? null);
    return Promise.resolve();
  }

  override dispose(): void {
    this.#mounted?.dispose();
    super.dispose();
  }

  #mount(output: ViewOutput, kernel: Kernel.IKernelConnection | null): void {
    this.#mounted = mountView(output, this.node, kernel);
    if (kernel !== null || this.#session === null) return;
    // A notebook draws its outputs before its kernel is there.
    void this.#session.ready.then(() => {
      const later = this.#session?.session?.kernel ?? null;
      if (this.isDisposed || later === null || this.#shown !== output.id) return;
      this.#mounted?.dispose();
      this.#mounted = mountView(output, this.node, later);
    });
  }
}
