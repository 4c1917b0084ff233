"""A running example: two funded campaigns on the embedded engine, and a client that plays once and proves it."""

from engage.demo.api import register as register_demo
from engage.demo.commands import make_demo_group
from engage.demo.house import demo_settings

__all__ = ["demo_settings", "make_demo_group", "register_demo"]
