"""A fleet under a seeded scheduler: five devices and a server of production code, a transport that fails, and what must hold after."""
