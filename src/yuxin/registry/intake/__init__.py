"""Reading a bureau's list: from rows of text to values, doubts and reasons.

Pure: no Django, no database, no clock. Every row of the source ends as accepted, unchanged,
doubtful or rejected, with the reason; every other line is listed with its kind.
"""
