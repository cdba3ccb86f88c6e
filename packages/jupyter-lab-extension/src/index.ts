import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette } from "@jupyterlab/apputils";
import type { ISessionContext } from "@jupyterlab/apputils";
import type { DocumentRegistry } from "@jupyterlab/docregistry";
import { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import type { Kernel } from "@jupyterlab/services";
import { openExample } from "./example.js";
import { helloTarget } from "./format.js";
import { viewRendererFactory } from "./renderer.js";

/** Draws the live views of simgrad in outputs, and answers kernels that ask for it. */
const views: JupyterFrontEndPlugin<void> = {
  id: "@simgrad/jupyter-lab-extension:views",
  autoStart: true,
  requires: [IRenderMimeRegistry],
  activate: (app: JupyterFrontEnd, rendermime: IRenderMimeRegistry) => {
    rendermime.addFactory(viewRendererFactory(null));
    app.docRegistry.addWidgetExtension("Notebook", {
      createNew: (panel, context) => {
        const { content } = panel as unknown as { readonly content: { readonly rendermime: IRenderMimeRegistry } };
        content.rendermime.addFactory(viewRendererFactory(context.sessionContext));
        answerHello(context.sessionContext);
      },
    } satisfies DocumentRegistry.WidgetExtension);
  },
};

/** The command palette's way to a first notebook. */
const example: JupyterFrontEndPlugin<void> = {
  id: "@simgrad/jupyter-lab-extension:example",
  autoStart: true,
  optional: [ICommandPalette],
  activate: (app: JupyterFrontEnd, palette: ICommandPalette | null) => {
    const command = "simgrad:open-example";
    app.commands.addCommand(command, {
      label: "simgrad: open example notebook",
      caption: "Opens a notebook that differentiates a function and draws the result",
      execute: () => openExample(app),
    });
    palette?.addItem({ command, category: "simgrad" });
  },
};

const plugins: JupyterFrontEndPlugin<void>[] = [views, example];
export default plugins;

/** Answers each kernel of a notebook, also after a restart, when it asks for the extension. */
function answerHello(session: ISessionContext): void {
  const answer = (kernel: Kernel.IKernelConnection | null | undefined): void => {
    kernel?.registerCommTarget(helloTarget, (comm) => void comm.send({ version: 1 }));
  };
  answer(session.session?.kernel);
  session.kernelChanged.connect((_, { newValue }) => answer(newValue));
}
