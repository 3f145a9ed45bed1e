"""Database backend that refuses any query outside a reading or an operation."""
