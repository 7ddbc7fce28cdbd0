"""The person's own choices on this device."""

from mobile_app.ui.features.settings.moving import MovingScreen
from mobile_app.ui.features.settings.office import OfficeScreen
from mobile_app.ui.features.settings.screen import SettingsScreen
from mobile_app.ui.features.settings.verify import VerifyScreen

__all__ = ["MovingScreen", "OfficeScreen", "SettingsScreen", "VerifyScreen"]
