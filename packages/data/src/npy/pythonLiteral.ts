/** A value of a Python literal; lists and tuples keep apart, dicts are Maps. */
export type PythonValue =
  | string
  | number
  | boolean
  | null
  | { readonly kind: "list" | "tuple"; readonly items: readonly PythonValue[] }
  | ReadonlyMap<string, PythonValue>;

/**
 * Reads a Python literal of strings, integers, booleans, None, lists, tuples and dicts with strings as keys: all that the header
 * of an .npy file may hold.
 *
 * @param fail - throws; it is given what is wrong
 */
export function parsePythonLiteral(text: string, fail: (problem: string) => never): PythonValue {
  let at = 0;
  const skip = (): void => {
    while (/\s/.test(text.charAt(at)) && at < text.length) at++;
  };
  const take = (word: string): boolean => {
    skip();
    if (!text.startsWith(word, at)) return false;
    at += word.length;
    return true;
  };
  const expect = (word: string): void => {
    if (!take(word)) fail(`"${word}" is missing at character ${at + 1}`);
  };
  const items = (close: string): { readonly values: readonly PythonValue[]; readonly comma: boolean } => {
    const values: PythonValue[] = [];
    while (!take(close)) {
      values.push(value());
      if (take(",")) continue;
      expect(close);
      return { values, comma: false };
    }
    return { values, comma: true };
  };
  const dict = (): PythonValue => {
    const entries = new Map<string, PythonValue>();
    while (!take("}")) {
      const key = value();
      if (typeof key !== "string") return fail("a key is not a string");
      if (entries.has(key)) return fail(`the key '${key}' stands twice`);
      expect(":");
      entries.set(key, value());
      if (take(",")) continue;
      expect("}");
      break;
    }
    return entries;
  };
  const value = (): PythonValue => {
    if (take("{")) return dict();
    if (take("[")) return { kind: "list", items: items("]").values };
    if (take("(")) {
      const { values, comma } = items(")");
      // (3) is a number in brackets, (3,) a tuple
      const [only] = values;
      return values.length === 1 && !comma && only !== undefined ? only : { kind: "tuple", items: values };
    }
    if (take("True")) return true;
    if (take("False")) return false;
    if (take("None")) return null;
    skip();
    // Python 2 wrote long integers with an L, and unicode strings with a u
    const number = /^-?\d+(?=L?)/.exec(text.slice(at, at + 40))?.[0];
    if (number !== undefined) {
      at += number.length;
      if (text.charAt(at) === "L") at++;
      return Number(number);
    }
    const string = /^[ub]?(?:'([^'\\]*)'|"([^"\\]*)")/.exec(text.slice(at));
    if (string === null) return fail(`there is no value at character ${at + 1}`);
    at += string[0].length;
    return string[1] ?? string[2] ?? "";
  };
  const whole = value();
  skip();
  return at === text.length ? whole : fail(`something follows at character ${at + 1}`);
}
