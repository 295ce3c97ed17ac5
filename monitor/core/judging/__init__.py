"""What a difference means: its class, whether it is material, and what follows from one check."""
