"""What is true of badges whatever is stored."""
