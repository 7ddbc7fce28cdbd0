"""Measurements: one script per figure, each a ratio to a floor that was measured in the same run. No timed test lives here."""
