/**
 * Does one long step, with a line that says what runs and for how long: on a terminal it counts the seconds,
 * elsewhere it is a line at the start, one each half minute, and one at the end.
 *
 * @template T
 * @param {string} title what is done, as in "installing the packages"
 * @param {() => Promise<T>} action
 * @returns {Promise<T>} what the action gave
 */
export const step = async (title, action) => {
  const start = Date.now();
  const terminal = process.stdout.isTTY === true;
  const seconds = () => `${((Date.now() - start) / 1000).toFixed(1)} s`;
  const rewrite = (text) => process.stdout.write(`\r\u001b[2K${text}`);
  if (terminal) rewrite(`… ${title}`);
  else process.stdout.write(`… ${title}\n`);
  const ticking = setInterval(
    () => (terminal ? rewrite(`… ${title}, ${seconds()}`) : process.stdout.write(`… ${title}, ${seconds()} so far\n`)),
    terminal ? 500 : 30_000,
  );
  const end = (mark) => {
    clearInterval(ticking);
    const line = `${mark} ${title}, ${seconds()}\n`;
    if (terminal) rewrite(line);
    else process.stdout.write(line);
  };
  try {
    const value = await action();
    end("✓");
    return value;
  } catch (error) {
    end("✗");
    throw error;
  }
};
