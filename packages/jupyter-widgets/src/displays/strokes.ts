/**
 * Colours of lines. Okabe and Ito's palette, distinguishable with colour-blindness: B. Wong, Points of view: Color blindness,
 * Nature Methods 8 (2011) 441, doi:10.1038/nmeth.1618; yellow is left out, it is too light for lines on white.
 */
export const strokes = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000"] as const;
