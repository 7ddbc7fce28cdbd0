"""What phones and server agree on: models, sync rules and domain rules; imports neither side."""
