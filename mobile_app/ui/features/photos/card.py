"""A visit's photos in a row: what is here, what is still to be sent, and the way to add one."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import flet as ft

from mobile_app.data.repositories.photos import PhotoRow
from mobile_app.ui.design import ALERT, MUTED, Action, C, I, Press, button, card, fact, heading, icon, keyed, left, pressable, row, text
from mobile_app.ui.features.live import use_live
from mobile_app.ui.features.photos.model import Added, PhotosModel
from mobile_app.ui.i18n import N_, Words, use_words
from mobile_app.ui.sentences import joined_sentences, sentence_for_error
from mobile_app.ui.session import use_session
from mobile_app.ui.theme import Radius, Space

_WHY: Final = {
    "blob_too_large": N_("larger than the office takes"),
    "quota_exceeded": N_("no room left at the office"),
    "photo_damaged": N_("damaged on this phone"),
}
"""Why the office does not get a photo, in words that fit one and several."""
SIDE = 96
"""Length of a thumbnail's side, in px."""


def PhotosCard(visit_id: str, *, may_add: bool) -> ft.Control:
    """The card of a visit's page; another visit is another card."""
    return keyed(_PhotosCard, f"photos-{visit_id}")(visit_id, may_add=may_add)


@ft.component
def _PhotosCard(visit_id: str, *, may_add: bool) -> ft.Control:
    session, t = use_session(), use_words()
    model = use_live(lambda: PhotosModel(session.device, visit_id))

    async def add() -> None:
        said = outcome(t, await model.add(session.photos))
        if said:
            session.say(said)

    def show(photo: PhotoRow) -> Press:
        return lambda: session.go(f"/photos/{photo.id}")

    count = len(model.rows)
    tiles = [thumbnail(t, photo, model.thumbs.get(photo.id), (place, count), show(photo)) for place, photo in enumerate(model.rows, 1)]
    none = t("No photo yet.") if may_add else t("No photos were taken.")
    shown = row(*tiles, wrap=True) if tiles else text(none, color=MUTED)
    taking = button(Action(t("Add photo"), add, I.ADD_A_PHOTO_OUTLINED, "add-photo"), "outlined", small=True, enabled=not model.adding)
    return card(heading(t("Photos")), shown, *refused_words(t, model.rows), *([left(taking)] if may_add else []), spacing=Space.M)


def outcome(t: Words, added: Added) -> str:
    """What became of the photos that were chosen, and of those that could not be added how many and why; '' where none was chosen."""
    said = [t.plural("The photo is on this phone.", "{n} photos are on this phone.", added.kept)] if added.kept else []
    if added.kept + len(added.refused) > 1 and added.refused:
        said.append(t.plural("{n} photo could not be added.", "{n} photos could not be added.", len(added.refused)))
    return joined_sentences([*said, *(sentence_for_error(t, error) for error in added.refused)])


def refused_words(t: Words, photos: Sequence[PhotoRow]) -> list[ft.Control]:
    """How many of the photos the office has not taken, a line for each reason; nothing, where it took all."""
    codes = Counter(photo.refused for photo in photos if photo.refused)
    known, others = [code for code in codes if code in _WHY], sum(n for code, n in codes.items() if code not in _WHY)
    said = [
        t.plural("{n} photo was not taken: {why}.", "{n} photos were not taken: {why}.", codes[code], why=t(_WHY[code])) for code in known
    ]
    if others:
        said.append(t.plural("{n} photo was not taken: tap it to see why.", "{n} photos were not taken: tap one to see why.", others))
    return [fact(I.ERROR_OUTLINE_ROUNDED, words, ALERT.fg) for words in said]


def thumbnail(t: Words, photo: PhotoRow, data: bytes | None, place: tuple[int, int], on_press: Press) -> ft.Control:
    """One photo, number so many of so many, with a mark while the office does not have it: a button with one full name."""
    state, mark = state_of(t, photo, known=data is not None)
    picture: ft.Control = ft.Container(icon(I.PHOTO_OUTLINED, MUTED, 32), alignment=ft.Alignment.CENTER, width=SIDE, height=SIDE)
    if data is not None:
        picture = ft.Image(data, width=SIDE, height=SIDE, fit=ft.BoxFit.COVER, gapless_playback=True, exclude_from_semantics=True)
    corners = [_corner(mark)] if mark is not None else []
    face = ft.Container(
        ft.Stack([picture, *corners], width=SIDE, height=SIDE),
        width=SIDE,
        height=SIDE,
        bgcolor=C.SURFACE_CONTAINER_HIGH,
        border_radius=Radius.FIELD,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )
    said = ", ".join(part for part in (t("Photo {n} of {count}", n=place[0], count=place[1]), photo.caption, state) if part)
    return pressable(face, said, on_press, identifier=f"photo-{place[0]}", key=photo.id)


def _corner(mark: ft.IconData) -> ft.Control:
    sign = icon(mark, C.ON_INVERSE_SURFACE, 16)
    return ft.Container(sign, bgcolor=C.INVERSE_SURFACE, border_radius=Radius.CHIP, padding=4, right=4, bottom=4)


def state_of(t: Words, photo: PhotoRow, *, known: bool) -> tuple[str, ft.IconData | None]:
    """Where a photo stands, in words and as a mark; neither where there is nothing to say."""
    if photo.refused:
        return t("Not taken"), I.ERROR_OUTLINE_ROUNDED
    if photo.unsent:
        return t("Not sent yet"), I.CLOUD_UPLOAD_OUTLINED
    return ("", None) if known else (t("Comes with the next exchange"), I.CLOUD_DOWNLOAD_OUTLINED)
