"""Closing the accounts of a bank's day."""

from yuxin.look.forms import Form


class CloseForm(Form):
    """Nothing but the number of the request: what is closed stands in the page."""
