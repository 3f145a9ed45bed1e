"""Machines that talk to the platform: banks, and later departments and vendors."""
