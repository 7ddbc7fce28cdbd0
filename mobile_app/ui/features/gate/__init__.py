"""The way in: enrolment, the PIN, signing in again, the first download."""

from mobile_app.ui.features.gate.enrol import EnrolScreen
from mobile_app.ui.features.gate.opening import Arrival, FirstDownload, OpeningScreen
from mobile_app.ui.features.gate.unlock import DoorScreen

__all__ = ["Arrival", "DoorScreen", "EnrolScreen", "FirstDownload", "OpeningScreen"]
