"""Who is supervised: subjects, their lifelong codes and everything said of them, with history."""
