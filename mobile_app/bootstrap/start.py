"""Starts the app: natively where Flet packaged it, else as a web app, where each browser profile is a device of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path

import flet as ft
from platformdirs import user_data_path

from mobile_app.bootstrap.hosts import Hosts
from mobile_app.bootstrap.ports import Ports
from mobile_app.ui.app import NAME, make_main

SESSION_SECONDS = "600"
"""A tab that was closed keeps its memory for so long; its vault is locked by its own clock."""


def data_folder(env: Mapping[str, str]) -> Path:
    """Return where the sealed vaults lie: ``TOURNEE_DATA``, a packaged app's own folder, else the user's data folder."""
    told = env.get("TOURNEE_DATA") or env.get("FLET_APP_STORAGE_DATA")
    return Path(told) if told else user_data_path("tournee", appauthor=False)


def start(env: MutableMapping[str, str] = os.environ) -> None:
    """Run the app until it is ended. ``APP_HOST`` and ``APP_PORT`` say where the web app listens, ``TOURNEE_SERVER`` the usual office.

    Raises:
        SystemExit: ``APP_PORT`` is no port.
    """
    ports = Ports(platform=env.get("FLET_PLATFORM") or Ports.platform)
    main = make_main(Hosts(data_folder(env), env.get("TOURNEE_SERVER", ""), ports))
    if "FLET_PLATFORM" in env:
        ft.run(main, name=NAME)
        return
    env.setdefault("FLET_FORCE_WEB_SERVER", "true")
    env.setdefault("FLET_SESSION_TIMEOUT", SESSION_SECONDS)
    ft.run(main, view=ft.AppView.WEB_BROWSER, host=env.get("APP_HOST") or "127.0.0.1", port=_port(env), no_cdn=True, assets_dir="assets")


def _port(env: Mapping[str, str]) -> int:
    text = env.get("APP_PORT") or "8550"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        sys.exit(f"APP_PORT is {text!r}, which is no port: a number from 1 to 65535 is.")
    return int(text)
