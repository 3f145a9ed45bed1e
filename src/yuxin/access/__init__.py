"""Who may see and do what: accounts, sessions, grants, areas, reading contexts, sealed fields."""
