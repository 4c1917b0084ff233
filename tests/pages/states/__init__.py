"""The states of pages, one module a part of the house: each has a list `STATES`."""
