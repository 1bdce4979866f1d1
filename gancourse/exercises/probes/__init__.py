"""How a student's function is called: `networks` for functions and networks, `translation` for image to image."""
