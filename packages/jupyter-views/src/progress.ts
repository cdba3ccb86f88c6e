import { element, styled } from "./dom.js";
import { number, onChange, text, type Cleanup, type RenderProps, type View } from "./model.js";

/** A bar that fills: `done` of `total` (0: not known), and a line of text. */
function render({ model, el }: RenderProps): Cleanup {
  const root = styled(el, "progress");
  const bar = element("progress", { style: "width: 18em" });
  const line = element("span", { class: "simgrad-readout" });
  root.append(element("div", { class: "simgrad-bar", role: "status" }, [bar, line]));
  const draw = (): void => {
    const total = number(model, "total", 0);
    bar.setAttribute("aria-label", text(model, "label") || "progress");
    if (total > 0) {
      bar.max = total;
      bar.value = number(model, "done", 0);
    } else bar.removeAttribute("value");
    line.textContent = text(model, "text");
  };
  draw();
  return onChange(model, ["done", "total", "text", "label"], draw);
}

const view: View = { render };
export default view;
