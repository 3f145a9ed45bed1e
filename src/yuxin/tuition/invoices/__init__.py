"""Invoices of payments, and whether invoice, contract and purchaser agree."""
