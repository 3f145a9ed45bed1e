"""Settings, addresses, command line, launcher: where the parts become one installation."""
