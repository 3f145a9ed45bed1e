"""What both sides of a contract signed: the text, the signatures, the supplements."""
