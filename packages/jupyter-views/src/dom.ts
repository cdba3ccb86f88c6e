/** A new element with properties and children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<Record<string, string>> = {},
  children: readonly (Node | string)[] = [],
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) if (value !== undefined) made.setAttribute(name, value);
  // JupyterLab takes keys where the focus is: those that a control takes itself are none of its shortcuts.
  if (takesKeys.has(tag)) made.setAttribute("data-lm-suppress-shortcuts", "true");
  made.append(...children);
  return made;
}

const takesKeys: ReadonlySet<string> = new Set(["button", "canvas", "input", "select"]);

/** A button with a label for readers of screens. */
export function button(label: string, face: string, act: () => void): HTMLButtonElement {
  const made = element("button", { type: "button", title: label, "aria-label": label, class: "simgrad-button" }, [
    face,
  ]);
  made.addEventListener("click", act);
  return made;
}

/** Hands a file to the person at the page. */
export function download(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Puts the style of all views into an element; colours follow the theme of JupyterLab, or of the page. */
export function styled(el: HTMLElement, name: string): HTMLElement {
  const root = element("div", { class: `simgrad-view simgrad-${name}` });
  el.replaceChildren(element("style", {}, [css]), root);
  return root;
}

/** A number as it is written in read-outs: four significant digits. */
export function shown(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : String(value);
}

const css = `
.simgrad-view { color: var(--jp-content-font-color1, CanvasText); font: 12px system-ui, sans-serif; max-width: 100%; }
.simgrad-view svg { max-width: 100%; background: none; }
.simgrad-title { font-weight: 600; font-size: 13px; margin: 2px 0 4px 12px; }
.simgrad-bar { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; margin: 4px 0; }
.simgrad-button { font: inherit; color: inherit; background: var(--jp-layout-color2, ButtonFace); border: 1px solid var(--jp-border-color1, #999);
  border-radius: 3px; padding: 2px 8px; cursor: pointer; }
.simgrad-button:focus-visible, .simgrad-view canvas:focus-visible, .simgrad-view input:focus-visible { outline: 2px solid var(--jp-brand-color1, Highlight); }
.simgrad-button[aria-pressed="false"] { opacity: 0.45; }
.simgrad-readout { min-height: 1.3em; font-family: var(--jp-code-font-family, monospace); font-size: 11px; }
.simgrad-legend { display: inline-flex; gap: 6px; align-items: center; }
.simgrad-ramp { width: 140px; height: 10px; border: 1px solid var(--jp-border-color1, #999); }
.simgrad-swatch { display: inline-block; width: 18px; height: 0; border-top: 3px solid; vertical-align: middle; margin-right: 5px; }
.simgrad-stage { position: relative; }
.simgrad-control label { display: inline-flex; gap: 8px; align-items: center; }
.simgrad-control output { font-family: var(--jp-code-font-family, monospace); min-width: 5em; }
`;
