"""What people see: screens by feature over our own components, in their language. Reads and writes the local store only."""
