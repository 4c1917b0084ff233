"""Tests of campaign files."""
