"""Notices to persons and accounts, proof that they arrived, and one-time codes."""
