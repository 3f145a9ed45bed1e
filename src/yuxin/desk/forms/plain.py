"""A form that is nothing but its own number: an act behind one button."""

from yuxin.look.forms import Form


class PlainForm(Form):
    """The number of the request."""
