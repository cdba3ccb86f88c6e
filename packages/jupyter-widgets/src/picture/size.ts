/** The size in the opening tag of an SVG document, pixels; pictures here are written with both. */
export function sizeOf(svg: string): { readonly width: number; readonly height: number } {
  const attribute = (name: string): number => Number(new RegExp(`^<svg[^>]* ${name}="([\\d.]+)"`).exec(svg)?.[1] ?? 0);
  return { width: attribute("width"), height: attribute("height") };
}
