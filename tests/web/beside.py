"""What the app in a browser says to the page, and asks of the browser's storage. Runs inside Pyodide (``tests/web/test_beside.py``)."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path
from typing import Any

from pyodide.code import run_js
from pyodide.ffi import create_proxy

from mobile_app.web.shell import PageShell
from mobile_app.web.storage import BrowserStorage

PAGE = """(told, promises) => {
  let kept = false;
  const storage = { estimate: async () => ({ usage: 70, quota: 6000 }), persisted: async () => kept };
  Object.defineProperty(globalThis.navigator, "storage", { value: storage, configurable: true });
  const channel = new BroadcastChannel("tournee-shell");
  channel.addEventListener("message", ({ data }) => {
    told(JSON.stringify(data));
    if (data.kind !== "keep") return;
    kept = promises;
    channel.postMessage({ kind: "kept" });
  });
  return channel;
}"""


async def said() -> list[dict[str, object]]:
    """Everything that the page hears."""
    heard: list[dict[str, object]] = []
    all_heard = asyncio.Event()

    def told(message: str) -> None:
        heard.append(json.loads(message))
        if len(heard) == 5:
            all_heard.set()

    channel, shell = _page(told), PageShell()
    shell.shown()
    shell.failed()
    shell.busy(on=True)
    shell.busy(on=False)
    shell.unsent(3)
    await asyncio.wait_for(all_heard.wait(), 10)
    channel.close()
    return heard


async def asked(*, promises: bool) -> list[object]:
    """How the storage stands before the browser was asked to keep it, what it answered, and how it stands then."""
    channel, storage = _page(lambda _message: None, promises=promises), BrowserStorage()
    found: list[object] = [astuple(await storage.room()), await storage.keep(), astuple(await storage.room())]
    channel.close()
    return found


def _page(told: Callable[[str], None], *, promises: bool = True) -> Any:  # noqa: ANN401 - JavaScript's
    return run_js(PAGE)(create_proxy(told), promises)


async def within() -> None:
    """See the module."""
    found = {"said": await said(), "kept": await asked(promises=True), "refused": await asked(promises=False)}
    Path(sys.argv[1]).write_text(json.dumps(found), encoding="utf-8")
