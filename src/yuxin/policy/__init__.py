"""Active rule packs: which bytes ruled on which day."""
