"""The catalogues hold what the code says: `python -m tests.words` updates them, the tests say what is amiss."""
