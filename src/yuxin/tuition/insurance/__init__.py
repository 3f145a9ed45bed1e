"""Insurance of an institution's learners: what is covered, how many, until when."""
