"""The console: pages that show and control a world in a browser."""
