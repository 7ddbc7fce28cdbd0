"""What a developer runs beside the product: the demo, pictures, figures; nothing here is shipped."""
