"""Content-addressed files: the bytes on disk, sealed and synced; a row of each in the database."""
