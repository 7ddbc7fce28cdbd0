"""What the server does, each use a function or a small class over storage."""
