"""What waits for a person: *Needs attention* and conflicts."""

from mobile_app.ui.features.todo.attention import AttentionScreen
from mobile_app.ui.features.todo.screen import ConflictsScreen, TodoScreen

__all__ = ["AttentionScreen", "ConflictsScreen", "TodoScreen"]
