import { Box3 } from "three";
import { legendOf } from "./colors.js";
import { button, download, element, shown, styled } from "./dom.js";
import { layersOf, layerKeys, type Layer } from "./mesh/layer.js";
import { meshObject, type MeshObject } from "./mesh/object.js";
import { meshScene } from "./mesh/scene.js";
import { objFile } from "./mesh/objFile.js";
import { floats, number, onChange, text, type Cleanup, type RenderProps, type View } from "./model.js";
import { playback } from "./playback.js";

const help = "Arrow keys turn, plus and minus zoom, Home shows all, space plays.";

/** Meshes in three dimensions: turned and zoomed with mouse or keys, read out by pointing, played back, exported. */
function render({ model, el }: RenderProps): Cleanup {
  const root = styled(el, "mesh");
  const title = element("div", { class: "simgrad-title" });
  const legend = element("div", { class: "simgrad-bar" });
  const readout = element("div", { class: "simgrad-readout", "aria-live": "polite" });
  let layers: readonly Layer[] = [];
  let objects: readonly MeshObject[] = [];
  const framesOf = (i: number): Float32Array => floats(model.get(`frames${i}`));
  const isPlayed = (i: number): boolean => framesOf(i).length > 0;
  const scene = meshScene({
    width: number(model, "width", 480),
    height: number(model, "height", 400),
    // What is played back is seen as a whole from the first frame on.
    extent: () => extentOf(layers.map((_, i) => (isPlayed(i) ? framesOf(i) : floats(model.get(`positions${i}`))))),
  });
  scene.canvas.title = help;
  const player = playback(model, () => moveAll());

  const build = (): void => {
    title.textContent = text(model, "title");
    scene.canvas.setAttribute("aria-label", `${text(model, "alt")} ${help}`);
    for (const object of objects) object.dispose();
    layers = layersOf(model);
    objects = layers.map(meshObject);
    scene.show(objects);
    const named = layers.filter(({ name }) => name !== "" && layers.length > 1);
    legend.replaceChildren(
      ...named.map(({ name, stroke }) =>
        element("span", {}, [element("span", { class: "simgrad-swatch", style: `border-color: ${stroke}` }), name]),
      ),
      ...layers.flatMap(({ colors }) => (colors === null ? [] : [legendOf(colors)])),
    );
    moveAll();
  };
  const moveAll = (): void => {
    objects.forEach((object, i) => {
      const size = layers[i]!.positions.length;
      const positions = isPlayed(i)
        ? framesOf(i).subarray(player.frame() * size, (player.frame() + 1) * size)
        : floats(model.get(`positions${i}`));
      if (positions.length === size) object.move(positions);
    });
    if (!layers.some((_, i) => isPlayed(i))) scene.follow();
    scene.draw();
  };
  const recolor = (): void => {
    layers = layersOf(model);
    objects.forEach((object, i) => object.recolor(layers[i]!));
    scene.draw();
  };

  const tools = element("div", { class: "simgrad-bar" }, [
    button("Show all", "⌂", () => scene.reset()),
    button("Save as PNG", "PNG", () => void scene.png().then((blob) => download("mesh.png", blob))),
    button("Save as OBJ", "OBJ", () =>
      download("mesh.obj", new Blob([objFile(layers, objects)], { type: "model/obj" })),
    ),
  ]);
  root.append(title, legend, scene.canvas, readout, tools, player.node);
  scene.canvas.addEventListener("pointermove", (event) => {
    if (event.buttons !== 0) return;
    const hit = scene.pick(event, objects);
    readout.textContent = hit === null ? "" : readoutOf(layers[hit.object]!, hit.face, hit.vertex);
  });
  scene.canvas.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    player.toggle();
  });
  build();
  const ends = [
    onChange(model, ["layers", "title", "alt", ...keysOf(layers, layerKeys.shape)], build),
    onChange(model, keysOf(layers, layerKeys.positions), moveAll),
    onChange(model, keysOf(layers, layerKeys.values), recolor),
  ];
  return () => {
    for (const end of ends) end();
    player.stop();
    for (const object of objects) object.dispose();
    scene.dispose();
  };
}

/** The box around points, [points, 3] each. */
function extentOf(positions: readonly Float32Array[]): Box3 {
  const box = new Box3();
  for (const points of positions) box.union(new Box3().setFromArray(points));
  return box;
}

function keysOf(layers: readonly Layer[], names: readonly string[]): readonly string[] {
  return layers.flatMap((_, i) => names.map((name) => `${name}${i}`));
}

function readoutOf(layer: Layer, face: number, vertex: number): string {
  const name = layer.name === "" ? "" : `${layer.name}: `;
  const { colors, values } = layer;
  const at = colors?.at === "face" ? face : colors?.at === "vertex" ? vertex : -1;
  const value = colors === null || at < 0 ? "" : `, ${colors.label} ${shown(values[at] as number)}`;
  return `${name}face ${face}, vertex ${vertex}${value}`;
}

const view: View = { render };
export default view;
