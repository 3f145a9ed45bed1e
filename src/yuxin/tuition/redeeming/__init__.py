"""Redeeming a visit on site by the rotating code of the guardian's phone."""
