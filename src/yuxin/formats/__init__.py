"""Standard file formats, shared by the platform and the other parties. No Django."""
