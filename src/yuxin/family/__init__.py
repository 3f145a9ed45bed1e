"""The guardian's phone: contracts, lessons, money, messages."""
