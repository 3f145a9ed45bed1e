"""A fictional county, played through the platform's own operations. No real name stands here."""
