"""The same property step by step: whenever one looks, the working set is what a start would make of the vault, whatever came before."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from tests.fakes.dump import dump
from tests.mobile_app.data.store.test_rebuild import CONTACTS, LINES, STATUSES, Script, names, roots


class DeviceStore(RuleBasedStateMachine):
    """One phone: its person writes, the server speaks, answers come, the app locks or dies; nothing is put right between."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.played = Script()
        self.do(self.played.phone.start())

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - whatever the work gives
        return self.loop.run_until_complete(work)

    def step(self, *step: object) -> None:
        self.do(self.played.play(step))

    @property
    def refused(self) -> bool:
        return self.played.phone.store.status.now.attention > 0

    @rule(root=roots, name=names)
    def she_writes_a_customer(self, root: str, name: str) -> None:
        self.step("write_account", root, name)

    @rule(id_=st.sampled_from(CONTACTS), root=roots, name=names)
    def she_writes_a_person(self, id_: str, root: str, name: str) -> None:
        self.step("write_contact", id_, root, name)

    @rule(id_=st.sampled_from(LINES), price=st.integers(1, 3))
    def she_writes_a_line(self, id_: str, price: int) -> None:
        self.step("write_line", id_, price)

    @rule(root=roots)
    def she_deletes_a_customer(self, root: str) -> None:
        self.step("delete", root)

    @rule(root=roots, name=names, deleted=st.booleans(), more=st.booleans())
    def a_page_brings_a_customer(self, root: str, name: str, deleted: bool, more: bool) -> None:
        self.step("say_account", root, name, deleted, more)

    @rule(id_=st.sampled_from(CONTACTS), root=roots, name=names, more=st.booleans())
    def a_page_brings_a_person(self, id_: str, root: str, name: str, more: bool) -> None:
        self.step("say_contact", id_, root, name, more)

    @rule(root=roots, state=st.sampled_from(["draft", "sent"]), more=st.booleans())
    def a_page_brings_a_quote(self, root: str, state: str, more: bool) -> None:
        self.step("say_quote", root, state, more)

    @rule(root=roots)
    def a_customer_leaves(self, root: str) -> None:
        self.step("leave", root)

    @rule(statuses=st.lists(st.sampled_from(STATUSES), max_size=4))
    def the_server_answers(self, statuses: list[str]) -> None:
        self.step("push", statuses)

    @precondition(lambda self: self.refused)
    @rule(again=st.booleans())
    def she_attends_to_what_was_refused(self, again: bool) -> None:
        self.step("retry" if again else "discard")

    @rule()
    def a_scope_is_repaired(self) -> None:
        self.step("repair")

    @rule()
    def the_app_locks_and_opens(self) -> None:
        self.step("crash")

    @rule()
    def the_app_dies_and_starts(self) -> None:
        self.played.phone.store._working_set.close()
        self.do(self.played.phone.start())

    @rule()
    def somebody_looks(self) -> None:
        self.do(self.played.phone.store.finish_lists())
        shown = dump(self.played.phone.store._working_set)

        again = self.do(self.played.rebuilt())

        assert dump(again._working_set) == shown
        again._working_set.close()

    def teardown(self) -> None:
        self.somebody_looks()
        self.do(self.played.phone.store.close())
        self.played.phone.disk.close()
        self.loop.close()


TestDeviceStore = DeviceStore.TestCase
TestDeviceStore.settings = settings(max_examples=8, stateful_step_count=12, deadline=None)
