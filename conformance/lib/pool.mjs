import { fork } from "node:child_process";

/** Tasks after which a worker is replaced, so that memory does not grow. */
const tasksPerWorker = 60;

/** Megabytes of heap that a worker may take; one that needs more ends, and its task is reported. */
const heap = 2048;

/**
 * Runs tasks in child processes: one that ends or takes too long is replaced, and its task reported.
 *
 * @param {object} options
 * @param {string} options.script what a child runs; it answers each message with one of its own
 * @param {readonly object[]} options.tasks
 * @param {number} options.workers how many children run at once
 * @param {number} options.limit seconds that a task may take
 * @param {(task: object, answer: object) => void} options.onAnswer
 */
export const runPool = async ({ script, tasks, workers, limit, onAnswer }) => {
  const queue = tasks[Symbol.iterator]();
  const serve = async () => {
    let child = null;
    let served = 0;
    for (const task of queue) {
      if (child === null || !child.connected || served >= tasksPerWorker) {
        child?.kill();
        child = fork(script, {
          stdio: ["ignore", "inherit", "inherit", "ipc"],
          execArgv: [`--max-old-space-size=${heap}`],
        });
        served = 0;
      }
      const answer = await ask(child, task, limit);
      served++;
      if (answer.isLost) child = null;
      onAnswer(task, answer);
    }
    child?.kill();
  };
  await Promise.all(Array.from({ length: workers }, serve));
};

const ask = (child, task, limit) =>
  new Promise((resolve) => {
    const finish = (answer) => {
      clearTimeout(timer);
      child.removeAllListeners();
      resolve(answer);
    };
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      finish({ state: "failed", reason: `took longer than ${limit} s`, isLost: true });
    }, limit * 1000);
    child.once("message", finish);
    child.once("exit", (code, signal) =>
      finish({ state: "failed", reason: `the process ended: ${signal ?? code}`, isLost: true }),
    );
    child.send(task, (error) => {
      if (error !== null) finish({ state: "failed", reason: `the process ended: ${error.message}`, isLost: true });
    });
  });
