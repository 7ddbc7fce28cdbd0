"""The composition root: builds and wires every object of a device, once."""

from mobile_app.bootstrap.hosts import Hosts
from mobile_app.bootstrap.ports import Ports

__all__ = ["Hosts", "Ports"]
