import { element, shown, styled } from "./dom.js";
import { number, onChange, text, type Cleanup, type RenderProps, type View, type ViewModel } from "./model.js";

/** A slider, select, checkbox or button; its `value` lives in the kernel. */
function render({ model, el }: RenderProps): Cleanup {
  const root = styled(el, "control");
  const set = (value: unknown): void => {
    model.set("value", value);
    model.save_changes();
  };
  const control = controls[text(model, "kind")] ?? slider;
  const { node, draw } = control(model, set);
  root.append(node);
  draw();
  return onChange(model, ["value", "label", "min", "max", "step", "options", "disabled"], draw);
}

interface Control {
  readonly node: HTMLElement;
  draw(): void;
}

function slider(model: ViewModel, set: (value: unknown) => void): Control {
  const name = element("span");
  const input = element("input", { type: "range" });
  const output = element("output");
  input.addEventListener("input", () => {
    output.textContent = shown(input.valueAsNumber);
    set(input.valueAsNumber);
  });
  const draw = (): void => {
    name.textContent = text(model, "label");
    input.min = String(number(model, "min", 0));
    input.max = String(number(model, "max", 1));
    input.step = String(number(model, "step", 0.01));
    // While it is dragged, the hand is right, not the kernel's echo.
    if (!input.matches(":active")) input.value = String(number(model, "value", 0));
    output.textContent = shown(input.valueAsNumber);
  };
  return { node: element("label", {}, [name, input, output]), draw };
}

function select(model: ViewModel, set: (value: unknown) => void): Control {
  const name = element("span");
  const input = element("select");
  input.addEventListener("change", () => set(input.value));
  const draw = (): void => {
    name.textContent = text(model, "label");
    const options = model.get("options") as readonly string[];
    input.replaceChildren(...options.map((option) => element("option", { value: option }, [option])));
    input.value = text(model, "value");
  };
  return { node: element("label", {}, [name, input]), draw };
}

function checkbox(model: ViewModel, set: (value: unknown) => void): Control {
  const name = element("span");
  const input = element("input", { type: "checkbox" });
  input.addEventListener("change", () => set(input.checked));
  const draw = (): void => {
    name.textContent = text(model, "label");
    input.checked = model.get("value") === true;
  };
  return { node: element("label", {}, [input, name]), draw };
}

function push(model: ViewModel, set: (value: unknown) => void): Control {
  const node = element("button", { type: "button", class: "simgrad-button" });
  // The value counts the presses.
  node.addEventListener("click", () => set(number(model, "value", 0) + 1));
  const draw = (): void => {
    node.textContent = text(model, "label");
  };
  return { node, draw };
}

const controls: Readonly<Record<string, typeof slider>> = { slider, select, checkbox, button: push };

const view: View = { render };
export default view;
