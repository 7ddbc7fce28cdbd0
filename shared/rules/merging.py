"""Customers that turned out to be one: a duplicate says into which customer it was merged, and that one may have been merged too."""

from collections.abc import Callable, Mapping


def survivor(id_: str, into: Callable[[str], str | None]) -> str:
    """Give the customer that ``id_`` leads to in the end, by where each was merged ``into``; itself where it was not.

    Of customers that lead to each other in a circle the one with the lowest id stands, wherever one begins.
    """
    way = [id_]
    while (following := into(way[-1])) is not None:
        if following in way:
            return min(way[way.index(following) :])
        way.append(following)
    return way[-1]


def survivors(links: Mapping[str, str]) -> dict[str, str]:
    """Give the survivor of every duplicate in ``links`` (customer to what it was merged into); who stands is not in it."""
    found = {id_: survivor(id_, links.get) for id_ in links}
    return {id_: stands for id_, stands in found.items() if stands != id_}
