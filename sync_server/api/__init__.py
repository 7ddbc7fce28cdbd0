"""HTTP: routes that parse, call one service and return."""
