"""The evidence log: entries, receipts, operation requests."""
