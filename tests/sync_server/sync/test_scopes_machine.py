"""Whatever the office gives, takes, moves and puts away, and whatever phones write: each holds what its scopes hold, and nothing else."""

from datetime import UTC, datetime

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from sqlalchemy import select

from shared.sync import codec
from shared.sync.change import Edit
from sync_server.services.closed_records import archive_closed
from sync_server.services.compaction import compact
from sync_server.storage.tables import RECORD_META
from tests.sync_server.sync.test_archive import LEASE, closed
from tests.sync_server.world import DAY, Phone, World

PEOPLE = ("elodie", "nikos")
PLACES = ("lyon", "nantes", "brest")
BEGUN = "2026-01-01"
people, places, numbers = st.sampled_from(PEOPLE), st.sampled_from(PLACES), st.integers(0, 3)
limits = st.sampled_from([1, 3, 1_000])


class Market(RuleBasedStateMachine):
    """Three territories, one of which nobody works at first, two reps with a phone each, four customers with a contact and an old visit."""

    @initialize()
    def open(self) -> None:
        self.world = World()
        self.world.brest = self.world.authored("territory", name="Brest")  # type: ignore[attr-defined]
        self.terms = {("elodie", "lyon"): [(BEGUN, "")], ("nikos", "nantes"): [(BEGUN, "")]}
        self.given: dict[tuple[str, str], str] = {}
        homes = ("lyon", "lyon", "nantes", "brest")
        self.accounts = [self.world.account(f"Fournil {number}", self.place(where)) for number, where in enumerate(homes)]
        self.contacts = [self.world.authored("contact", account_id=account, last_name="Petit") for account in self.accounts]
        self.visits = [closed(self.world, account) for account in self.accounts]
        self.phones: dict[str, Phone] = {name: self.world.phone(getattr(self.world, name)) for name in PEOPLE}

    def place(self, where: str) -> str:
        return str(getattr(self.world, where))

    @property
    def today(self) -> str:
        return datetime.fromtimestamp(self.world.clock.now / 1000, UTC).date().isoformat()

    def scopes(self, who: str) -> set[str]:
        """What somebody works today."""
        spans = {where: terms for (person, where), terms in self.terms.items() if person == who}
        works = (where for where, terms in spans.items() if any(since <= self.today <= (until or "9") for since, until in terms))
        return {f"territory:{self.place(where)}" for where in works}

    @rule(who=people, where=places, days=st.sampled_from([0, 3, 30, None]))
    def lend(self, who: str, where: str, days: int | None) -> None:
        """Give somebody a territory: for some days, or for as long as nobody takes it."""
        if (who, where) in self.given:
            return
        until = "" if days is None else datetime.fromtimestamp(self.world.clock.now / 1000 + days * 86_400, UTC).date().isoformat()
        user = getattr(self.world, who)[0]
        self.given[who, where] = self.world.authored(
            "assignment", territory_id=self.place(where), user_id=user, valid_from=self.today, valid_to=until or None
        )
        self.terms.setdefault((who, where), []).append((self.today, until))

    @rule(who=people, where=places)
    def take(self, who: str, where: str) -> None:
        """Take back what was lent."""
        if (who, where) in self.given:
            since, until = self.terms[who, where].pop()
            yesterday = datetime.fromtimestamp(self.world.clock.now / 1000 - 86_400, UTC).date().isoformat()
            last = max(since, min(until or "9", yesterday))  # nothing ends before the day on which it began
            self.world.rewrite("assignment", self.given.pop((who, where)), valid_to=last)
            self.terms[who, where].append((since, last))

    @rule(number=numbers, where=places)
    def move(self, number: int, where: str) -> None:
        """Let the office move a customer."""
        self.world.rewrite("account", self.accounts[number], territory_id=self.place(where))

    @rule(days=st.sampled_from([1, 20, 100]))
    def time_goes_by(self, days: int) -> None:
        """What was lent for a while ends, what was deleted grows old."""
        self.world.clock.now += days * DAY

    @rule()
    def put_away(self) -> None:
        """The night's job: old visits go to the archive, tombstones leave."""
        with self.world.database.write() as connection:
            archive_closed(connection, self.world.clock.now, kept_days=LEASE)
        compact(self.world.database, self.world.clock.now)

    @rule(who=people, number=numbers, kind=st.sampled_from(["account", "visit"]))
    def write(self, who: str, number: int, kind: str) -> None:
        """Let somebody write about a customer or an old visit there, whether she may or not: an archived one comes back."""
        id_ = (self.accounts if kind == "account" else self.visits)[number]
        outcome = self.phones[who].push(self.phones[who].edit(kind, id_, note=Edit(f"by {who}\n", "")))
        if outcome.status == "refused":
            assert outcome.code in {"unknown_record", "past_assignment"}

    @rule(number=numbers)
    def replace(self, number: int) -> None:
        """Somebody leaves a customer's, somebody else comes."""
        with self.world.database.write() as connection:
            self.world.author.delete(connection, "contact", self.contacts[number])
        self.contacts[number] = self.world.authored("contact", account_id=self.accounts[number], last_name="Grand")

    @rule(who=people, limit=limits)
    def glance(self, who: str, limit: int) -> None:
        """Pull one page, and go on another time."""
        self.phones[who].take(limit)

    @rule(who=people, limit=limits, other=people)
    def look(self, who: str, limit: int, other: str) -> None:
        """Pull all, in pages of any size, also with a cursor of somebody else's; look at every page, and at what is held in the end."""
        phone, mine = self.phones[who], self.scopes(who)
        for page in (phone.page(limit, self.phones[other].cursor), phone.page(limit)):
            assert {scope for scope in page.scopes if scope.startswith("territory:")} == mine
            assert {record.scope for record in codec.from_rows(page)} <= set(page.scopes)
        phone.pull(limit)
        with self.world.database.read() as connection:
            meta = RECORD_META.c
            there = connection.execute(select(meta.id, meta.rev, meta.scope).where(meta.deleted == 0, meta.scope.like("territory:%")))
            wanted = {id_: (rev, scope) for id_, rev, scope in there if scope in mine}
        held = {id_: record for id_, record in phone.records.items() if record.scope != "org"}
        assert {id_: (record.rev, record.scope) for id_, record in held.items() if record.live} == wanted
        assert {record.scope for record in held.values()} <= mine
        assert phone.last is not None
        assert phone.digests() == phone.last.digests

    def teardown(self) -> None:
        """Close the database."""
        self.world.database.close()


TestMarket = Market.TestCase
TestMarket.settings = settings(max_examples=12, stateful_step_count=20, deadline=None)
