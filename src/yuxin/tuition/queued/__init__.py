"""Acts of a phone that was offline: the tap's own time, kept beside ours; conflicts as tasks."""
