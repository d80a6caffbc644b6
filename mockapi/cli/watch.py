"""Loading of a scenario file again when it changes, for `mockapi serve --watch`."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

from anyio import sleep
from anyio.to_thread import run_sync
from watchfiles import awatch

from mockapi.cli.check import lines_of
from mockapi.domain.clock import SystemClock
from mockapi.domain.input_text import UnreadableFileError, read_bytes
from mockapi.scenario.errors import FILE_LIMITS, ScenarioError
from mockapi.scenario.loading import files_of, read
from mockapi.world.registry import WatchedScenario, Worlds
from mockapi.world.reload import reopen
from mockapi.world.world import World

Report = Callable[[str, str], None]
"""Prints a line with a level, `info`, `warning` or `error`."""

_RECHECK_MS = 2_000
"""Interval in which changes are looked for that the system did not report."""
_MISSING_SECONDS = 0.5

_Stamp = tuple[tuple[Path, int, int], ...]
_Contents = dict[Path, bytes]


async def watch(worlds: Worlds, path: Path, report: Report) -> None:
    """Replace the default world whenever its scenario file *path* or one that it needs changes.

    With mistakes in a file the previous world stays, and the lines of `mockapi check` are
    reported. Runs until it is cancelled.
    """
    worlds.watched = WatchedScenario(str(path))
    seen, stamp = await run_sync(_read, path)
    # A change during the start of the server.
    if not await run_sync(_is_current, worlds.first, path):
        await _reload(worlds, path, report)
    while True:
        await _wait_for_change(files_of(path), stamp)
        now, stamp = await run_sync(_read, path)
        if now != seen:
            seen = now
            await _reload(worlds, path, report)


def _is_current(world: World, path: Path) -> bool:
    try:
        return read(path)[1] == world.store.cached_metadata()["text"]
    except ScenarioError:
        return False


async def _wait_for_change(files: set[Path], stamp: _Stamp) -> None:
    # Folders, because many editors replace a file by a new one.
    folders = {each.parent for each in files} | {each.resolve().parent for each in files}
    existing = [each for each in folders if each.is_dir()]
    if not existing:
        await sleep(_MISSING_SECONDS)
        return
    async for _ in awatch(
        *existing,
        watch_filter=None,
        recursive=False,
        debounce=400,
        step=50,
        rust_timeout=_RECHECK_MS,
        yield_on_timeout=True,
        ignore_permission_denied=True,
    ):
        if _stamp(files) != stamp or not all(each.is_dir() for each in existing):
            return


def _read(path: Path) -> tuple[_Contents, _Stamp]:
    """Return the digests of the files of the scenario *path*, and their stamp before that."""
    files = files_of(path)
    stamp = _stamp(files)
    contents = {}
    for each in files:
        try:
            contents[each] = sha256(read_bytes(each, FILE_LIMITS.characters)).digest()
        except UnreadableFileError:
            contents[each] = b""
    return contents, stamp


def _stamp(files: set[Path]) -> _Stamp:
    found = []
    for each in sorted(files):
        try:
            state = each.stat()
        except OSError:
            found.append((each, 0, 0))
        else:
            found.append((each, state.st_mtime_ns, state.st_size))
    return tuple(found)


async def _reload(worlds: Worlds, path: Path, report: Report) -> None:
    mistakes: Sequence[str] = ()
    try:
        world = await run_sync(reopen, worlds.first)
    except ScenarioError as error:
        mistakes = await run_sync(lines_of, str(path)) or str(error).splitlines()
        for line in mistakes:
            report("error", line)
        report("warning", f"{path} is not loaded. The previous world continues.")
    else:
        worlds.replace(world)
        count = len(world.scenario.all_customers)
        noun = "customer" if count == 1 else "customers"
        report("info", f"{path} is loaded again, with {count} {noun}.")
    worlds.watched = WatchedScenario(str(path), SystemClock().now(), mistakes)
