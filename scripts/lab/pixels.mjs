/** Takes a picture of an element, as base64 of a PNG, and keeps it in a file where one is named. */
export const pictureOf = async (locator, file) => {
  await locator.scrollIntoViewIfNeeded();
  const png = await locator.screenshot(file === undefined ? {} : { path: file });
  return png.toString("base64");
};

/** Counts the pixels in which two pictures differ visibly, as a part of all. */
export const difference = (page, first, second) =>
  page.evaluate(
    async ([a, b]) => {
      const read = async (base64) => {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
        const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
        context.drawImage(image, 0, 0);
        return context.getImageData(0, 0, image.width, image.height);
      };
      const [one, two] = [await read(a), await read(b)];
      if (one.width !== two.width || one.height !== two.height) return 1;
      let count = 0;
      for (let i = 0; i < one.data.length; i += 4) {
        const off = [0, 1, 2].some((k) => Math.abs(one.data[i + k] - two.data[i + k]) > 12);
        if (off) count++;
      }
      return count / (one.data.length / 4);
    },
    [first, second],
  );

/** Waits until `holds` is true, at most `seconds`; false if it never was. */
export const waitUntil = async (holds, seconds = 30) => {
  const end = Date.now() + 1000 * seconds;
  while (Date.now() < end) {
    if (await holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
};

/**
 * Waits until an element looks different from a picture of it, in more than `part` of its pixels.
 *
 * @returns its picture then, or as it is after ten seconds: `difference` tells which
 */
export const pictureWhenChanged = async (page, locator, before, part) => {
  let picture = before;
  await waitUntil(async () => {
    picture = await pictureOf(locator);
    return (await difference(page, before, picture)) > part;
  }, 10);
  return picture;
};
