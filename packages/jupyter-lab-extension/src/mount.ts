import { PageConfig, URLExt } from "@jupyterlab/coreutils";
import type { Kernel } from "@jupyterlab/services";
import { decodeState, type ViewOutput } from "./format.js";
import { PageModel } from "./model.js";

/** A view on the page. */
export interface Mounted {
  dispose(): void;
}

interface ViewModule {
  readonly default: { render(props: { readonly model: PageModel; readonly el: HTMLElement }): unknown };
}

/**
 * Puts a view into an element: from its saved state at once, if that has been saved, and from the kernel's model as soon as
 * the kernel answers. An element that gets neither stays as it is.
 */
export function mountView(output: ViewOutput, element: HTMLElement, kernel: Kernel.IKernelConnection | null): Mounted {
  const model = new PageModel();
  let cleanup: (() => void) | null = null;
  let disposed = false;
  let asked = false;

  const draw = (): void => {
    if (asked || disposed) return;
    asked = true;
    const load = output.view === "dashboard" ? Promise.resolve(dashboard(kernel)) : loadView(output.view);
    load
      .then((module) => {
        if (disposed) return;
        const stage = document.createElement("div");
        const result = module.default.render({ model, el: stage });
        element.replaceChildren(stage);
        element.dataset["simgradState"] = "live";
        cleanup = typeof result === "function" ? (result as () => void) : null;
      })
      .catch((error: unknown) => {
        console.error(`simgrad: the view "${output.view}" cannot be drawn; its picture stays.`, error);
      });
  };
  if (output.state !== null) {
    model.receive(decodeState(output.state) as Record<string, unknown>);
    draw();
  }
  if (kernel !== null) {
    model.connect(kernel, output.id, {
      opened: () => {
        element.dataset["simgradKernel"] = "connected";
        draw();
      },
      closed: () => delete element.dataset["simgradKernel"],
    });
  }
  return {
    dispose: () => {
      disposed = true;
      cleanup?.();
      model.dispose();
    },
  };
}

const modules = new Map<string, Promise<ViewModule>>();

/** Loads a view's module: the file that anywidget is sent as text. */
function loadView(name: string): Promise<ViewModule> {
  const base = PageConfig.getOption("fullLabextensionsUrl");
  const address = URLExt.join(base, "@simgrad/jupyter-lab-extension/static/views", `${name}.js`);
  const known = modules.get(name);
  if (known !== undefined) return known;
  const loading = import(/* webpackIgnore: true */ address) as Promise<ViewModule>;
  modules.set(name, loading);
  return loading;
}

/** Several views in a grid; each has a model of its own in the kernel, and its saved state in the dashboard's. */
function dashboard(kernel: Kernel.IKernelConnection | null): ViewModule {
  return {
    default: {
      render: ({ model, el }) => {
        const mounted = new Map<string, Mounted>();
        const columns = Number(model.get("columns") ?? 2);
        el.style.cssText = `display: grid; grid-template-columns: repeat(${columns}, minmax(0, 1fr)); gap: 12px; align-items: start`;
        el.setAttribute("role", "group");
        // Parts come one by one: a loss curve is there after its first step.
        const mountNew = (): void => {
          el.setAttribute("aria-label", String(model.get("alt") ?? ""));
          for (const part of (model.get("parts") ?? []) as readonly ViewOutput[]) {
            if (mounted.has(part.id)) continue;
            const cell = document.createElement("div");
            el.append(cell);
            mounted.set(part.id, mountView(part, cell, kernel));
          }
        };
        mountNew();
        model.on("change:parts", mountNew);
        return () => {
          model.off("change:parts", mountNew);
          for (const view of mounted.values()) view.dispose();
        };
      },
    },
  };
}
