"""A simulated quarter in which twenty people play trivia."""
