"""The manager's tablet: the team's day, and the visits to review."""

from mobile_app.ui.features.team.review_screen import ReviewScreen, ReviewVisitScreen
from mobile_app.ui.features.team.screen import TeamScreen

__all__ = ["ReviewScreen", "ReviewVisitScreen", "TeamScreen"]
