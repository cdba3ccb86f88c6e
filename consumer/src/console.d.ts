/** What plain code needs of its surroundings. No types of Node or of a browser are loaded: the packages' types need none. */
declare const console: { log(...values: unknown[]): void };
