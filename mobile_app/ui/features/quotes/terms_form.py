"""The form of a quote's own fields: until when it is valid, and its note. What is left is saved; half-typed text is a draft."""

import asyncio

from mobile_app.data.desk import Written
from mobile_app.data.device import Device
from mobile_app.ui.features.forms import RecordForm

NAMES = ("valid_until", "note", "quoted_on")


class TermsForm(RecordForm):
    """Validity and note of one draft, against what was shown when the person began to type."""

    def __init__(self, device: Device, quote_id: str) -> None:
        super().__init__("quote", NAMES, device.store, terms_key(quote_id))
        self._device, self._id = device, quote_id
        self._turn = asyncio.Lock()
        self.judge_by(lambda: device.store.today().isoformat(), lambda: "")

    async def keep(self) -> bool:
        """Save what was changed, if it can be; say whether nothing is left to be saved."""
        async with self._turn:  # leaving a field saves, and the tap that leaves it may be one that saves too
            return not self.changed or await self.save() is not None

    async def write(self) -> Written:
        """Edit the quote against what was shown, which from here on is what was written."""
        written = await self._device.quotes.edit(self._id, self.base, self.shown, self.wanted(), self.key)
        quote = await self._device.quotes.get(self._id)
        self.stands(quote.base, quote.shown)
        return written


def terms_key(quote_id: str) -> str:
    """The name of the draft of a quote's own fields."""
    return f"quote:{quote_id}"
