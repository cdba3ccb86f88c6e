/**
 * Where checkpoints are kept: one newest and one older text. `fileStore` is one on disk; in a browser one writes to what is
 * there.
 */
export interface CheckpointStore {
  /** Name for messages: a path. */
  readonly name: string;
  /** Name of the older checkpoint for messages. */
  readonly olderName: string;
  /** The newest text; null where there is none. */
  read(): Promise<string | null>;
  /** The text before the newest one; null where there is none. */
  readOlder(): Promise<string | null>;
  /**
   * Puts a text in place of the newest. Either all of it is there afterwards, or an error is thrown and what was there stays.
   *
   * @param keepNewest - whether what was the newest becomes the older one; false where it is known to be damaged
   */
  write(text: string, keepNewest: boolean): Promise<void>;
}
