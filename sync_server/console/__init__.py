"""The command line's commands: each opens the organisation's folder, calls one service and says what happened."""
