"""Points that buy something, all the way from HTTP to the books."""
