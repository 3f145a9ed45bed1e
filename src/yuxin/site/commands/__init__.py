"""The commands of `./yuxin`: one file each, found by its name (see `command_line`)."""
