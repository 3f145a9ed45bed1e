"""育信 (yuxin): supervision of off-campus training and private education by credit."""
