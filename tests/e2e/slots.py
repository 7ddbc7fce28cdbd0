"""Reads what a device has kept in its browser, as ``mobile_app/web/js/slots.mjs`` lays it down."""

from __future__ import annotations

import struct
from base64 import b64decode
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

from tests.e2e.driver import FletDriver

_HEAD: Final = struct.Struct(">IIQI")
"""Magic, check sum, when, length of the name."""
_MAGIC: Final = 0x544F5552
_HEAD_BYTES: Final = 4096
_DATA_AT: Final = 2 * _HEAD_BYTES
_FILES: Final = """async () => {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle('tournee');
  const files = [];
  for await (const handle of folder.values()) files.push(await handle.getFile());
  const read = (file) => new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.split(',')[1] ?? '');
    reader.readAsDataURL(file);
  });
  return Promise.all(files.filter((file) => file.size > 0).map(read));
}"""


def take_out(driver: FletDriver, folder: Path) -> None:
    """End the app in ``driver`` as closing its tab does, and write the files that its device had into ``folder``."""
    driver.page.goto(urljoin(driver.url, "/readyz"))  # a page of the same origin, without the app
    newest: dict[str, tuple[int, bytes]] = {}
    for text in driver.page.evaluate(_FILES):
        slot = b64decode(text)
        when, name = max(_head(slot, turn) for turn in range(2))
        if name and when > newest.get(name, (0, b""))[0]:
            newest[name] = (when, slot[_DATA_AT:])
    for name, (_, content) in newest.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def _head(slot: bytes, turn: int) -> tuple[int, str]:
    """Give when a slot was called what; nothing was torn where no power was cut."""
    at = turn * _HEAD_BYTES
    if len(slot) < at + _HEAD.size:
        return 0, ""
    magic, _, when, length = _HEAD.unpack_from(slot, at)
    return (when, slot[at + _HEAD.size : at + _HEAD.size + length].decode()) if magic == _MAGIC else (0, "")
