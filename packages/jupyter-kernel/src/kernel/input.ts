import { KernelError } from "../errors.js";
import type { ToSockets } from "../io/link.js";
import type { Message } from "../wire/message.js";

/** Asks the reader of the notebook for text, one question after the other. */
export interface Input {
  /** Asks in the name of `request`. */
  ask(request: Message | null, prompt: string, password: boolean): Promise<string>;
  /** Takes an `input_reply`. */
  receive(message: Message): void;
  /** Gives up all questions with `error`. */
  cancel(error: Error): void;
}

/** Questions that are sent by `post`. */
export function createInput(post: (message: ToSockets) => void): Input {
  const open: { resolve(text: string): void; reject(error: Error): void; put(): void }[] = [];
  return {
    ask(request, prompt, password) {
      if (request === null || request.content["allow_stdin"] === false) {
        throw new KernelError({
          what: "nobody can answer here",
          got: `the question ${JSON.stringify(prompt)}`,
          expected: "a front end that takes input",
          fix: "Give the value in the cell",
        });
      }
      return new Promise((resolve, reject) => {
        const put = (): void =>
          post({
            kind: "send",
            channel: "stdin",
            type: "input_request",
            to: request.identities,
            parent: request.header,
            content: { prompt, password },
          });
        open.push({ resolve, reject, put });
        if (open.length === 1) put();
      });
    },
    receive({ content }) {
      open.shift()?.resolve(String(content["value"] ?? ""));
      open[0]?.put();
    },
    cancel(error) {
      for (const { reject } of open.splice(0)) reject(error);
    },
  };
}
