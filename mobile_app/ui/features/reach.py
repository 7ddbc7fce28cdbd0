"""Ways to reach a customer: the phone, messages, mail, the way there. Where the device has no app for it, the number is said instead."""

from mobile_app.ui import formats
from mobile_app.ui.design import Press
from mobile_app.ui.i18n import Words
from mobile_app.ui.session import Session
from shared.rules.distance import Place


def call(session: Session, t: Words, number: str) -> Press:
    """Call ``number``."""

    async def press() -> None:
        if not await session.opener.call(number):
            session.say(t("No phone app here. The number is {number}.", number=formats.phone(t, number)))

    return press


def message(session: Session, t: Words, number: str) -> Press:
    """Write a message to ``number``."""

    async def press() -> None:
        if not await session.opener.message(number):
            session.say(t("No messages app here. The number is {number}.", number=formats.phone(t, number)))

    return press


def mail(session: Session, t: Words, address: str) -> Press:
    """Write a mail to ``address``."""

    async def press() -> None:
        if not await session.opener.mail(address):
            session.say(t("No mail app here. The address is {address}.", address=address))

    return press


def navigate(session: Session, t: Words, place: Place, label: str) -> Press:
    """Show the way to ``place``."""

    async def press() -> None:
        if not await session.opener.navigate(place.lat, place.lon, label):
            session.say(t("No maps app here. The place is {lat}, {lon}.", lat=f"{place.lat:.5f}", lon=f"{place.lon:.5f}"))

    return press
