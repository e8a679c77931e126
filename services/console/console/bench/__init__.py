"""``dicoso bench``: every measure that the design must reach, each beside its limit."""
