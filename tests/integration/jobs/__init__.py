"""Work that is due again."""
