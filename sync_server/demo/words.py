"""Owns the shape of a language's vocabulary, so that customers and visits are written without asking which language it is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Surname:
    """A family name: of a man, of a woman, and as a shop carries it ("chez" or the genitive)."""

    his: str
    hers: str
    of: str


@dataclass(frozen=True, slots=True)
class Words:
    """What a language calls things. Name patterns know {his}, {of}, {his_first}, {her_first} and {town}."""

    men: tuple[str, ...]
    women: tuple[str, ...]
    surnames: tuple[Surname, ...]
    names: dict[str, tuple[str, ...]]
    """Patterns of customers' names by segment."""
    streets: tuple[str, ...]
    jobs: dict[str, tuple[tuple[str, str], ...]]
    """Job titles by segment, of a man and of a woman."""
    hours: dict[str, tuple[str, ...]]
    """Opening hours by segment, in OpenStreetMap's notation."""
    tags: tuple[str, ...]
    account_notes: tuple[str, ...]
    contact_notes: tuple[str, ...]
    purposes: tuple[str, ...]
    visit_notes: dict[str, tuple[str, ...]]
    """By outcome."""
    next_steps: tuple[str, ...]
    comments: tuple[str, ...]
    """What the manager says of a visit."""
    quote_notes: tuple[str, ...]
