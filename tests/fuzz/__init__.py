"""Requests made up from the published document, sound ones and broken ones, with known ids mixed in."""
