"""Alerts: rules W01 to W22 on funds and the colour, and the loop in which people handle them."""
