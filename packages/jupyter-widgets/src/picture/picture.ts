/** A finished static picture and the sentence that stands for it where pictures are not shown. */
export interface Picture {
  /** A complete SVG document: no scripts, no references to anything outside of it. */
  readonly svg: string;
  readonly alt: string;
}
