"""Runs the app's screens without a client: a real Flet session whose connection only encodes and answers."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import flet as ft
import msgpack  # type: ignore[import-untyped]
from flet.controls.base_control import BaseControl
from flet.controls.context import _context_page
from flet.messaging.connection import Connection
from flet.messaging.protocol import Message, MessageAction, configure_encode_object_for_msgpack
from flet.messaging.session import Session
from flet.pubsub.pubsub_hub import PubSubHub

_ENCODER = configure_encode_object_for_msgpack(BaseControl)  # type: ignore[no-untyped-call]
T = TypeVar("T")
ControlT = TypeVar("ControlT", bound=BaseControl)
_HOLDS = (BaseControl, list, tuple, dict)
Reply = object | Callable[[Any], object]


class FakeConnection(Connection):
    """Swallows patches and answers calls of client-side services from ``replies``.

    It encodes each message as the real one does, for encoding is what renders nested components.
    """

    def __init__(self, replies: Mapping[str, Reply] | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.loop = asyncio.get_running_loop()
        self.executor = ThreadPoolExecutor(2)
        self.pubsubhub = PubSubHub(self.loop, self.executor)
        self.page_url = "http://test"
        self.crashes: list[str] = []
        self.calls: list[tuple[str, Any]] = []
        self.replies = dict(replies or {})
        self.session: Session | None = None
        self._echoes: set[asyncio.Task[None]] = set()

    def send_message(self, message: Message) -> None:
        """Encode ``message``; note a crash; answer a call."""
        encode(message.action, message.body)
        if message.action is MessageAction.SESSION_CRASHED:
            self.crashes.append(message.body.message)
        elif message.action is MessageAction.INVOKE_METHOD:
            self._answer(message.body)

    def _answer(self, call: Any) -> None:  # noqa: ANN401  # Flet's own message body
        self.calls.append((call.name, call.args))
        if self.session is None:
            return
        reply = self.replies.get(call.name)
        answer = reply(call.args) if callable(reply) else reply
        self.loop.call_soon(self.session.handle_invoke_method_results, call.control_id, call.call_id, answer, None)
        if call.name == "push_route":
            self._echo_route(self.session, call.args["route"])

    def _echo_route(self, session: Session, route: str) -> None:
        """Do what the client does when the app navigates: send the new route back as an event."""
        session.apply_page_patch({"route": route})
        task = asyncio.ensure_future(session.dispatch_event(session.page._i, "route_change", {"route": route}))
        self._echoes.add(task)
        task.add_done_callback(self._echoes.discard)


def encode(*message: object) -> None:
    """Encode ``message`` as the wire would."""
    msgpack.packb(list(message), default=_ENCODER)


class Harness:
    """One session of ``main`` in a window of a given size; ``async with Harness(main) as h``."""

    def __init__(
        self,
        main: Callable[[ft.Page], object],
        *,
        width: float = 390,
        height: float = 844,
        route: str = "/",
        replies: Mapping[str, Reply] | None = None,
    ) -> None:
        self.connection = FakeConnection(replies)
        self.session = Session(self.connection)
        self.connection.session = self.session
        self.page = self.session.page
        self.page.route, self.page.width, self.page.height = route, width, height
        self._main = main

    async def __aenter__(self) -> "Harness":
        _context_page.set(self.page)
        encode(self.session.get_page_patch())  # type: ignore[no-untyped-call]
        self.session.start_updates_scheduler()  # type: ignore[no-untyped-call]
        answer = self._main(self.page)
        if asyncio.iscoroutine(answer):
            await answer
        await self.settle()
        return self

    async def __aexit__(self, *_error: object) -> None:
        self.session.close()  # type: ignore[no-untyped-call]
        self.connection.executor.shutdown(wait=False)
        await asyncio.sleep(0)

    async def settle(self, turns: int = 0) -> None:
        """Let all that was begun go on until it waits for time, a thread or a person; then let some ``turns`` of time pass, too."""
        await _idle()
        for _ in range(turns):
            await asyncio.sleep(0.005)
            await _idle()

    async def until(self, true: Callable[[], bool], seconds: float = 5) -> None:
        """Let the session work until ``true``.

        Raises:
            TimeoutError: it did not become so in time.
        """
        async with asyncio.timeout(seconds):
            while not true():
                await self.settle(1)

    # ---- finding
    def walk(self) -> Iterator[BaseControl]:
        """Every control on the page's views and dialogs."""
        seen: set[int] = set()
        for root in (self.page.views, self.page._dialogs):
            yield from controls_in(root, seen)

    def find(self, kind: type[ControlT], **properties: object) -> list[ControlT]:
        """Return the controls of ``kind`` whose properties are as told."""
        missing = object()
        return [
            control
            for control in self.walk()
            if isinstance(control, kind) and all(getattr(control, name, missing) == value for name, value in properties.items())
        ]

    def texts(self) -> list[str]:
        """Return every text shown, spans included."""
        return [control.value or "".join(span.text or "" for span in control.spans or []) for control in self.find(ft.Text)]

    def named(self, name: str) -> ft.Semantics:
        """Return the row or button whose accessible name is ``name`` or begins with it."""
        return next(s for s in self.find(ft.Semantics) if (s.label or "").startswith(name))

    def by_id(self, identifier: str) -> ft.Semantics:
        """Return what a component named ``identifier`` for tests."""
        return next(s for s in self.find(ft.Semantics) if s.identifier == identifier)

    def button(self, label: str) -> BaseControl:
        """Return the button that says ``label``, or the icon button of that name."""
        for control in self.walk():
            content = getattr(control, "content", None)
            if isinstance(control, ft.FilledButton | ft.OutlinedButton | ft.TextButton) and getattr(content, "value", content) == label:
                return control
            if isinstance(control, ft.IconButton) and getattr(control.icon, "semantics_label", None) == label:
                return control
        message = f"no button says {label!r}"
        raise LookupError(message)

    # ---- acting
    async def fire(self, control: BaseControl, event: str, data: object = None, **state: object) -> None:
        """Do as the client would: set the control's new ``state``, then send its ``event``."""
        self.session.apply_patch(control._i, state)
        await self.session.dispatch_event(control._i, event, data)
        await self.settle()

    async def press(self, label: str) -> None:
        """Press the button that says ``label``."""
        await self.fire(self.button(label), "click")

    async def tap(self, name: str) -> None:
        """Tap the row whose accessible name begins with ``name``."""
        await self.fire(self.named(name), "tap")

    async def fill(self, label: str, value: str) -> None:
        """Type ``value`` into the field called ``label``."""
        await self.fire(self.find(ft.TextField, label=label)[0], "change", value, value=value)


def controls_in(value: object, seen: set[int]) -> Iterator[BaseControl]:
    """Give every control in ``value``, itself included, but those ``seen``."""
    if isinstance(value, BaseControl):
        if id(value) in seen:
            return
        seen.add(id(value))
        yield value
        held = [inner for name, inner in vars(value).items() if isinstance(inner, _HOLDS) and name != "_parent"]
    elif isinstance(value, dict):
        held = [inner for inner in value.values() if isinstance(inner, _HOLDS)]
    else:
        held = [inner for inner in value if isinstance(inner, _HOLDS)]  # type: ignore[attr-defined]
    for inner in held:
        yield from controls_in(inner, seen)


async def _idle() -> None:
    """Wait until nothing else is ready to run in this loop, looking for what came in from outside in between."""
    ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]  # no public way to ask
    quiet = 0
    while quiet < 2:
        await asyncio.sleep(0)
        quiet = 0 if ready else quiet + 1


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run ``coroutine`` in a thread of its own: a browser test's Playwright keeps a loop running in this one."""
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(asyncio.run, coroutine).result()
