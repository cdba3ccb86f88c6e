"""The kernel through Jupyter's own client: started by its kernelspec, stopped, restarted, and run by nbconvert.

    npm run build && .venv/bin/python packages/jupyter-kernel/conformance/test_kernel.py
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

PACKAGE = Path(__file__).resolve().parent.parent
DEADLINE = 60


def install(prefix):
    subprocess.run(["node", PACKAGE / "dist" / "cli.js", "install", "--prefix", prefix], check=True, capture_output=True)


class Kernel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.prefix = tempfile.TemporaryDirectory()
        install(cls.prefix.name)
        specs = KernelSpecManager(kernel_dirs=[str(Path(cls.prefix.name) / "share" / "jupyter" / "kernels")])
        cls.manager = KernelManager(kernel_name="simgrad", kernel_spec_manager=specs)
        cls.manager.start_kernel(cwd=cls.prefix.name)
        cls.client = cls.manager.blocking_client()
        cls.client.start_channels()
        cls.client.wait_for_ready(timeout=DEADLINE)

    @classmethod
    def tearDownClass(cls):
        cls.client.stop_channels()
        cls.manager.shutdown_kernel(now=True)
        cls.prefix.cleanup()

    def execute(self, code):
        """The reply, and the outputs by type."""
        outputs = []
        reply = self.client.execute_interactive(code, timeout=DEADLINE, output_hook=outputs.append, allow_stdin=False)
        return reply["content"], [(message["msg_type"], message["content"]) for message in outputs]

    def test_result(self):
        reply, outputs = self.execute("const a = 20; a + 22")
        self.assertEqual(reply["status"], "ok")
        result = [content for kind, content in outputs if kind == "execute_result"]
        self.assertEqual(result[0]["data"]["text/plain"], "42")
        self.assertEqual(result[0]["execution_count"], reply["execution_count"])

    def test_error(self):
        reply, outputs = self.execute("throw new RangeError('out of it')")
        self.assertEqual((reply["status"], reply["ename"]), ("error", "RangeError"))
        self.assertIn("error", [kind for kind, _ in outputs])

    def test_interrupt(self):
        for code in ["while (true) {}", "await new Promise(() => {})", "await null; while (true) {}"]:
            with self.subTest(code):
                sent = self.client.execute(code)
                time.sleep(0.5)
                self.manager.interrupt_kernel()
                while (reply := self.client.get_shell_msg(timeout=DEADLINE))["parent_header"]["msg_id"] != sent:
                    pass
                self.assertEqual(reply["content"]["ename"], "Interrupted")
                self.assertEqual(self.execute("1")[0]["status"], "ok")

    def test_restart(self):
        self.execute("const gone = 1")
        self.manager.restart_kernel()
        self.client.wait_for_ready(timeout=DEADLINE)
        self.assertEqual(self.execute("gone")[0]["status"], "error")


class Nbconvert(unittest.TestCase):
    def convert(self, *cells, flags=()):
        """Exit code, and the notebook with its outputs."""
        with tempfile.TemporaryDirectory() as folder:
            install(folder)
            notebook = {
                "cells": [
                    {"cell_type": "code", "source": cell, "metadata": {}, "outputs": [], "execution_count": None, "id": str(i)}
                    for i, cell in enumerate(cells)
                ],
                "metadata": {"kernelspec": {"name": "simgrad", "display_name": "x", "language": "typescript"}},
                "nbformat": 4,
                "nbformat_minor": 5,
            }
            (Path(folder) / "in.ipynb").write_text(json.dumps(notebook))
            done = subprocess.run(
                [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "in.ipynb", "--output", "out", *flags],
                cwd=folder,
                env={**os.environ, "JUPYTER_PATH": str(Path(folder) / "share" / "jupyter")},
                capture_output=True,
                timeout=120,
            )
            out = Path(folder) / "out.ipynb"
            return done.returncode, json.loads(out.read_text()) if out.exists() else None

    def text(self, cell):
        """The plain text of the first output of a cell."""
        return "".join(cell["outputs"][0]["data"]["text/plain"])

    def test_counts_and_results(self):
        code, notebook = self.convert("const a = 1", "a + 1")
        self.assertEqual(code, 0)
        self.assertEqual([cell["execution_count"] for cell in notebook["cells"]], [1, 2])
        self.assertEqual(self.text(notebook["cells"][1]), "2")

    def test_a_throw_in_a_timer_fails(self):
        code, _ = self.convert("void setTimeout(() => { throw new Error('late') }, 50)")
        self.assertEqual(code, 1)

    def test_the_cell_after_a_failure_runs(self):
        code, notebook = self.convert("const kept = 3; throw new Error('no')", "kept", flags=["--allow-errors"])
        self.assertEqual(code, 0)
        self.assertEqual(notebook["cells"][0]["outputs"][0]["ename"], "Error")
        self.assertEqual(self.text(notebook["cells"][1]), "3")


if __name__ == "__main__":
    unittest.main()
