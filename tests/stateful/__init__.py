"""A small deployment in which anything may happen in any order: what is counted is what a slow, obvious model says."""
