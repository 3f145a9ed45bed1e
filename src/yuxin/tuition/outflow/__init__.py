"""Money that leaves custody for an institution: holds on it, and notices of large use."""
