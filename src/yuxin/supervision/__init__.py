"""Facts found by supervision: complaints and what was decided on them, outages of others."""
