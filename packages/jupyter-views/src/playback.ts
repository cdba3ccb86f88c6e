import { button, element, shown } from "./dom.js";
import { floats, number, onChange, type ViewModel } from "./model.js";

/** A row with a play button and a slider over the frames of a view. */
export interface Playback {
  readonly node: HTMLElement;
  /** The frame that is shown. */
  frame(): number;
  toggle(): void;
  /** Goes some frames on. */
  step(by: number): void;
  stop(): void;
}

const framesASecond = 30;

/**
 * Makes the playback of a model with `frames` (their number) and `times` (binary, one each, may be absent).
 *
 * @param shownFrame - called after another frame was chosen
 */
export function playback(model: ViewModel, shownFrame: () => void): Playback {
  let current = 0;
  let timer = 0;
  const count = (): number => Math.max(1, number(model, "frames", 1));
  const play = button("Play or pause", "▶", () => toggle());
  const slider = element("input", {
    type: "range",
    min: "0",
    step: "1",
    value: "0",
    "aria-label": "Frame",
    style: "width: 16em",
  });
  const label = element("span", { class: "simgrad-readout" });
  const node = element("div", { class: "simgrad-bar" }, [play, slider, label]);

  const show = (frame: number): void => {
    current = Math.min(count() - 1, Math.max(0, frame));
    slider.value = String(current);
    const times = floats(model.get("times"));
    const time = times.length > current ? `, t = ${shown(times[current] as number)}` : "";
    label.textContent = `${current + 1} of ${count()}${time}`;
    shownFrame();
  };
  const pause = (): void => {
    clearInterval(timer);
    timer = 0;
    play.textContent = "▶";
  };
  const toggle = (): void => {
    if (timer !== 0) {
      pause();
      return;
    }
    play.textContent = "⏸";
    timer = window.setInterval(() => show((current + 1) % count()), 1000 / framesASecond);
  };
  slider.addEventListener("input", () => show(slider.valueAsNumber));
  const layOut = (): void => {
    node.style.display = count() > 1 ? "" : "none";
    slider.max = String(count() - 1);
    label.textContent = `${current + 1} of ${count()}`;
  };
  layOut();
  const end = onChange(model, ["frames", "times"], layOut);
  return {
    node,
    frame: () => current,
    toggle: () => {
      if (count() > 1) toggle();
    },
    step: (by) => show(current + by),
    stop: () => {
      pause();
      end();
    },
  };
}
