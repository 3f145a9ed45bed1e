"""Rule packs: load, date, cite, hash, evaluate. No Django."""
