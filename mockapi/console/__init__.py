"""Shows the console: what is in a world and what happens there, in a browser."""
