"""Real processes and a real SIGKILL: a phone and its server, killed at named points of their work."""
