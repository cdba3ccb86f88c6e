import { button, element, styled } from "./dom.js";
import { onChange, text, type Cleanup, type RenderProps, type View, type ViewModel } from "./model.js";

interface Stage {
  readonly name: string;
  readonly svg: string;
  readonly text: string;
}

/** Diagrams of a program at its stages, one at a time; the text of the stage is below. */
function render({ model, el }: RenderProps): Cleanup {
  const root = styled(el, "graph");
  const select = element("select", { "aria-label": "Stage of the program" });
  let zoom = 1;
  const stage = element("div", { style: "overflow: auto; max-height: 480px", tabindex: "0" });
  const source = element("pre", { style: "overflow: auto; max-height: 240px; font-size: 11px" });
  const details = element("details", {}, [element("summary", {}, ["as text"]), source]);
  const zoomBy = (factor: number) => (): void => {
    zoom *= factor;
    draw();
  };
  const bar = element("div", { class: "simgrad-bar" }, [
    select,
    button("Larger", "+", zoomBy(1.25)),
    button("Smaller", "−", zoomBy(0.8)),
  ]);
  root.append(element("div", { class: "simgrad-title" }, [text(model, "title")]), bar, stage, details);
  const draw = (): void => {
    const stages = stagesOf(model);
    if (select.options.length !== stages.length) {
      select.replaceChildren(...stages.map(({ name }, i) => element("option", { value: String(i) }, [name])));
    }
    const chosen = stages[Math.max(0, select.selectedIndex)];
    if (chosen === undefined) return;
    // An <img> runs no scripts, whatever the document says.
    const picture = element("img", {
      alt: text(model, "alt"),
      src: `data:image/svg+xml,${encodeURIComponent(chosen.svg)}`,
    });
    picture.addEventListener("load", () => {
      picture.width = picture.naturalWidth * zoom;
    });
    stage.replaceChildren(picture);
    source.textContent = chosen.text;
  };
  select.addEventListener("change", draw);
  draw();
  return onChange(model, ["stages"], draw);
}

function stagesOf(model: ViewModel): readonly Stage[] {
  return (model.get("stages") ?? []) as readonly Stage[];
}

const view: View = { render };
export default view;
