"""Persona spotlights: whose turn it is, what is shown, what is asked."""
