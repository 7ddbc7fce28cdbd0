"""Names as the world writes them: long, from right to left, with pictures in them. Kept as typed, found, alike after a kill."""

import asyncio

import pytest

from mobile_app.data.repositories import Repositories
from mobile_app.data.repositories import repositories as every_repository
from shared.errors import RecordRefused
from tests.mobile_app.data.repositories.shop import shop

LONG = ("Boulangerie-Pâtisserie Au Fournil de la Croix-Rousse " * 4)[:200]
NAMES = {
    "from right to left": ("مخبز النور", "النور"),
    "both ways in one": ("Fournil מאפייה Lyon", "מאפייה"),
    "with pictures": ("Chez Léa 🥐👩🏽‍🍳", "lea"),
    "two hundred letters": (LONG, "croix"),
}


@pytest.mark.parametrize("kind", NAMES)
def test_a_name_is_kept_and_found_after_a_kill(kind: str) -> None:
    name, query = NAMES[kind]

    async def scenario() -> tuple[str, bool]:
        phone, shops = await shop()
        made = await shops.accounts.create({"name": name, "territory_id": "lyon"})
        again = Repositories(**every_repository(await phone.kill()))
        return (await again.accounts.get(made.id)).name, made.id in [row.id for row in await again.accounts.page(query)]

    assert asyncio.run(scenario()) == (name, True)


def test_what_is_too_long_is_refused_with_its_length_and_nothing_is_made() -> None:
    async def scenario() -> tuple[dict[str, str], int]:
        _, shops = await shop()
        before = await shops.accounts.count()
        with pytest.raises(RecordRefused) as refused:
            await shops.accounts.create({"name": "é" * 201, "territory_id": "lyon"})
        return dict(refused.value.errors), await shops.accounts.count() - before

    assert asyncio.run(scenario()) == ({"name": "text_too_long"}, 0)
