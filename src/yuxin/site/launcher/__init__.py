"""Setting up and supervising one installation: data folder, database server, roles, children."""
