"""Whatever the office gives, takes and moves, and whatever phones write: none ever receives a record outside of its scopes."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from shared.sync import codec
from tests.sync_server.world import Phone, World

PEOPLE = ("elodie", "nikos")
PLACES = ("lyon", "nantes")
people, places, numbers = st.sampled_from(PEOPLE), st.sampled_from(PLACES), st.integers(0, 3)


class Market(RuleBasedStateMachine):
    """Two territories, two reps with a phone each, four customers with a contact each."""

    @initialize()
    def open(self) -> None:
        self.world = World()
        self.works = {("elodie", "lyon"), ("nikos", "nantes")}
        self.lies = ["lyon", "lyon", "nantes", "nantes"]
        self.given: dict[tuple[str, str], str] = {}
        self.accounts = [self.world.account(f"Fournil {number}", self.place(where)) for number, where in enumerate(self.lies)]
        for account in self.accounts:
            self.world.authored("contact", account_id=account, last_name="Petit")
        self.phones: dict[str, Phone] = {name: self.world.phone(getattr(self.world, name)) for name in PEOPLE}

    def place(self, where: str) -> str:
        return str(getattr(self.world, where))

    @rule(who=people, where=places)
    def lend(self, who: str, where: str) -> None:
        """Give somebody a territory that she has not, for as long as nobody takes it."""
        if (who, where) in self.works:
            return
        user = getattr(self.world, who)[0]
        made = {"territory_id": self.place(where), "user_id": user, "valid_from": "2026-01-01"}
        self.given[who, where] = self.world.authored("assignment", **made)
        self.works.add((who, where))

    @rule(who=people, where=places)
    def take(self, who: str, where: str) -> None:
        """Take back what was lent."""
        if (who, where) in self.given:
            self.world.rewrite("assignment", self.given.pop((who, where)), valid_to="2026-01-02")
            self.works.discard((who, where))

    @rule(number=numbers, where=places)
    def move(self, number: int, where: str) -> None:
        """Let the office move a customer."""
        self.world.rewrite("account", self.accounts[number], territory_id=self.place(where))
        self.lies[number] = where

    @rule(who=people, number=numbers)
    def write(self, who: str, number: int) -> None:
        """Let somebody write about a customer, whether she may or not."""
        outcome = self.phones[who].push(self.phones[who].edit("account", self.accounts[number], city=f"by {who}"))
        if outcome.status == "refused":
            assert outcome.code in {"unknown_record", "past_assignment"}

    @rule(who=people, limit=st.sampled_from([1, 3, 1_000]), other=people)
    def look(self, who: str, limit: int, other: str) -> None:
        """Pull all, in pages of any size, also with a cursor of somebody else's; look at every page."""
        phone = self.phones[who]
        mine = {f"territory:{self.place(where)}" for person, where in self.works if person == who}
        stolen = phone.page(limit, self.phones[other].cursor)
        for page in (stolen, phone.page(limit)):
            assert {scope for scope in page.scopes if scope.startswith("territory:")} == mine
            assert {record.scope for record in codec.from_rows(page)} <= set(page.scopes)
        phone.pull(limit)
        seen = {record.id for record in phone.records.values() if record.kind == "account" and not record.deleted}
        assert seen == {id_ for id_, where in zip(self.accounts, self.lies, strict=True) if (who, where) in self.works}
        below = {record.root for record in phone.records.values() if record.kind == "contact"}
        assert below == seen
        assert phone.last is not None
        assert phone.digests() == phone.last.digests

    def teardown(self) -> None:
        """Close the database."""
        self.world.database.close()


TestMarket = Market.TestCase
TestMarket.settings = settings(max_examples=8, stateful_step_count=12, deadline=None)
