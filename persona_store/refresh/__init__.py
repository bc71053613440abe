"""The refresh backlog, and the way from an insight to a new revision and back to who had it."""
