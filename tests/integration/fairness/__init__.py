"""Keys, and outsiders who check."""
