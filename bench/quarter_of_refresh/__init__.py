"""A quarter of keeping personas true, lived by a cast of twenty."""
