/** What a person has to mend before a script can go on. It is printed as its message alone, without a stack. */
export class Problem extends Error {
  /**
   * Makes a problem.
   *
   * @param {string} message one sentence: what is missing, and what to do
   * @param {string} [details] output of a tool, shown above the sentence
   */
  constructor(message, details = "") {
    super(message);
    this.name = "Problem";
    this.details = details;
  }
}
