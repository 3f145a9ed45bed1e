"""From where a guardian's answers came, as keyed hashes: alert W11 counts them."""
