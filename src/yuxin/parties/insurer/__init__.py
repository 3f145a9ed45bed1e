"""The insurer: another program that covers contracts and answers claims."""
