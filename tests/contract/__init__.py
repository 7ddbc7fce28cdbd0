"""What storage promises, on every engine."""
