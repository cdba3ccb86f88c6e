import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { Problem } from "../lib/problem.mjs";
import { jupyterEnvironment, venvPython } from "../lib/venv.mjs";

/** Seconds that JupyterLab may take to answer. */
const patience = 60;

/**
 * Starts JupyterLab for a test: a port of its own, settings and workspaces in a folder that is removed at the end.
 *
 * @param {string} rootFolder what the file browser shows
 * @returns {Promise<{address: string, token: string, stop: () => Promise<void>}>}
 */
export const startLab = async (rootFolder) => {
  const port = await freePort();
  const token = randomBytes(16).toString("hex");
  const state = fs.mkdtempSync(path.join(os.tmpdir(), "simgrad-lab-"));
  writeSetting(state, "apputils-extension/notification", { fetchNews: "false", checkForUpdates: false });
  const child = spawn(
    venvPython,
    [
      ...["-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", `--port=${port}`],
      ...["--ServerApp.port_retries=0", `--IdentityProvider.token=${token}`, `--ServerApp.root_dir=${rootFolder}`],
      ...["--expose-app-in-browser", "--LabApp.extension_manager=readonly"],
    ],
    {
      cwd: rootFolder,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        ...jupyterEnvironment,
        SIMGRAD_OUT: rootFolder,
        JUPYTER_RUNTIME_DIR: path.join(state, "runtime"),
        JUPYTERLAB_SETTINGS_DIR: path.join(state, "settings"),
        JUPYTERLAB_WORKSPACES_DIR: path.join(state, "workspaces"),
      },
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const address = `http://127.0.0.1:${port}`;
  const stop = async () => {
    const ended = new Promise((resolve) => child.once("close", resolve));
    if (child.exitCode === null) {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
      await ended;
      clearTimeout(timer);
    }
    fs.rmSync(state, { recursive: true, force: true });
  };
  for (let second = 0; second < patience * 4; second++) {
    if (child.exitCode !== null) break;
    const answer = await fetch(`${address}/api/status?token=${token}`).catch(() => null);
    if (answer?.ok) return { address, token, stop };
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  await stop();
  throw new Problem("JupyterLab did not start: the lines above say why.", output);
};

/** A new user is asked about news; a test has no answer. */
const writeSetting = (state, name, value) => {
  const file = path.join(state, "settings", "@jupyterlab", `${name}.jupyterlab-settings`);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify(value));
};

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
