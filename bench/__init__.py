"""The measured claims, each a command that prints a ratio. Everything runs on one machine, interleaved."""
