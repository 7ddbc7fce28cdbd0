"""Today: the tour in order, the next stop large, one tap to be there."""

from mobile_app.ui.features.today.screen import TodayScreen

__all__ = ["TodayScreen"]
