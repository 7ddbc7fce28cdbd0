"""The build of the app for browsers."""
