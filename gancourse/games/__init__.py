"""One file per system: its networks and its two losses, and only what is new."""
