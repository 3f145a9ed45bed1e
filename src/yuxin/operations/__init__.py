"""One file per act. The @operation wrapper is the only thing that opens write transactions."""
