"""A server for the length of a block: stopped, and its folder removed, at the end, even if this process is killed."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TypedDict

START_SECONDS = 30.0
STOP_SECONDS = 20.0
BETWEEN_TRIES_SECONDS = 0.02
MEMORY = Path("/dev/shm")  # noqa: S108  not a guess at a file's name: the folder that Linux keeps in memory
MIN_FREE_BYTES = 2 * 1024**3

# `cat` ends when the writing end of its input is closed: when the process that holds it is gone, however it went.
GUARD = """
cat >/dev/null
kill -INT "$1" 2>/dev/null
tries=0
while kill -0 "$1" 2>/dev/null && [ "$tries" -lt 100 ]; do tries=$((tries + 1)); sleep 0.1; done
rm -rf "$2"
"""


class User(TypedDict, total=False):
    """Who runs a program, as arguments for subprocess; without them it is whoever runs the tests."""

    user: int
    group: int
    extra_groups: list[int]


class ServerFault(Exception):  # noqa: N818  said to whoever runs the tests
    """A server did not start; the message ends with what it wrote."""


def unprivileged_user() -> User:
    """`nobody` if this is root, else whoever runs the tests: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def give(path: Path, user: User) -> None:
    """Make a user the owner of a file or a folder."""
    if user:
        os.chown(path, user["user"], user["group"], follow_symlinks=False)


def folder_of_package(name: str) -> Path:
    """Where an installed package lies. It is not imported: only the programs that it carries are wanted."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        message = f"{name} is not installed. Run the tests by `make test`."
        raise ServerFault(message)
    return Path(spec.origin).parent


@contextmanager
def private_folder(name: str, user: User, *, in_memory: bool) -> Iterator[Path]:
    """An empty folder that only this user can enter; with `in_memory` it is there if the machine has room for it."""
    folder = Path(tempfile.mkdtemp(prefix=f"engage-{name}-", dir=_parent_folder(in_memory=in_memory)))
    try:
        give(folder, user)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _parent_folder(*, in_memory: bool) -> Path:
    if in_memory and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= MIN_FREE_BYTES:
        return MEMORY
    chosen = Path(tempfile.gettempdir()).resolve()
    open_to_all = all(path.stat().st_mode & 0o001 for path in (chosen, *chosen.parents))
    return chosen if open_to_all else Path("/tmp")  # noqa: S108  `nobody` must be able to enter it


@contextmanager
def running(
    command: Sequence[str | Path],
    folder: Path,
    is_ready: Callable[[], bool],
    *,
    user: User,
    env: Mapping[str, str] | None = None,
) -> Iterator[None]:
    """Run a server in its folder from the moment it `is_ready` to the end of the block.

    ServerFault if it exits, or is not ready within 30 s. The server has a session of its own, so that an interrupt from
    the keyboard reaches only the tests, and the server stays until they are done.
    """
    output = folder / "output"
    with ExitStack() as stack:
        with output.open("wb") as file:
            process = subprocess.Popen(
                [str(part) for part in command],
                cwd=folder,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **user,
            )
        stack.callback(_stop, process)
        stack.enter_context(_guarding(process.pid, folder))
        _wait_until_ready(process, is_ready, output)
        yield


@contextmanager
def _guarding(pid: int, folder: Path) -> Iterator[None]:
    """A child that stops the server and removes its folder if this process can't do so itself."""
    guard = subprocess.Popen(
        ["/bin/sh", "-c", GUARD, "guard", str(pid), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        guard.kill()
        guard.communicate()


def _wait_until_ready(process: subprocess.Popen[bytes], is_ready: Callable[[], bool], output: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not is_ready():
        try:
            why = f"exited with {process.wait(BETWEEN_TRIES_SECONDS)}"
        except subprocess.TimeoutExpired:
            if time.monotonic() < deadline:
                continue
            why = f"was not ready after {START_SECONDS:.0f} s"
        message = f"{process.args!r} {why}:\n{output.read_text(errors='replace')[-4000:]}"
        raise ServerFault(message)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
