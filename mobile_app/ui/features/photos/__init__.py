"""Photos: a row of them on a visit's page, and one of them at full size with its caption."""

from mobile_app.ui.features.photos.card import PhotosCard
from mobile_app.ui.features.photos.screen import PhotoScreen

__all__ = ["PhotoScreen", "PhotosCard"]
