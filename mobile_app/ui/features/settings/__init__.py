"""The person's own choices on this device."""

from mobile_app.ui.features.settings.screen import SettingsScreen

__all__ = ["SettingsScreen"]
