"""Visits: there, what was said, what came of it, gone again; and planned ones."""

from mobile_app.ui.features.visits.pane import VisitPane
from mobile_app.ui.features.visits.plan import VisitPlanScreen
from mobile_app.ui.features.visits.screen import VisitScreen

__all__ = ["VisitPane", "VisitPlanScreen", "VisitScreen"]
