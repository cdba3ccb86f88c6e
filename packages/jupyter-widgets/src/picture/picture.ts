import type { ViewName } from "../live/model.js";
import type { ViewState } from "../live/wire.js";

/** A finished static picture and the sentence that stands for it where pictures are not shown. */
export interface Picture {
  /** A complete SVG document: no scripts, no references to anything outside of it. */
  readonly svg: string;
  readonly alt: string;
  /** The same data for a live view, where the host has one. Its numbers are float32. */
  readonly live?: PictureView;
}

/** What a live view of a picture shows. */
export interface PictureView {
  readonly view: ViewName;
  readonly state: ViewState;
}
