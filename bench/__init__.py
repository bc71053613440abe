"""Measurements: each module prints its own."""

import persona_store  # noqa: F401 - before numpy: it says how many cores a product of matrices may take
