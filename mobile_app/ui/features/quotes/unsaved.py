"""What keeps a quote from going out, whichever way it is sent: something typed on it that is only a draft yet."""

from mobile_app.data.device import Device
from mobile_app.ui.features.quotes.line_form import draft_key
from mobile_app.ui.features.quotes.terms_form import terms_key
from shared.errors import RecordRefused


async def half_typed_line(device: Device, quote_id: str) -> str:
    """The first line with something typed that was not saved, whatever came between (a lock, a kill, no number); '' for none."""
    quote = await device.quotes.get(quote_id)
    for line in quote.lines:
        if await device.store.draft_get(draft_key(line.id)) is not None:
            return line.id
    return ""


async def check_saved(device: Device, quote_id: str) -> None:
    """Let a quote go out only with all that was typed on its lines and its terms: the customer gets what its author sees.

    Raises:
        RecordRefused: ``quote_unsaved``.
    """
    if await half_typed_line(device, quote_id) or await device.store.draft_get(terms_key(quote_id)) is not None:
        raise RecordRefused("quote_unsaved")
