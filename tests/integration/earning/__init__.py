"""Points on orders, over HTTP events and all the way to the books."""
