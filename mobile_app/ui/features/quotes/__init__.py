"""Quotes: the list, a quote with its lines and totals, the catalogue, one line."""

from mobile_app.ui.features.quotes.page import QuotePane
from mobile_app.ui.features.quotes.screens import QuoteScreen, QuotesScreen

__all__ = ["QuotePane", "QuoteScreen", "QuotesScreen"]
