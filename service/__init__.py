"""HTTP in, HTTP out: the Flask application of Necessity. Knows no Word and no law."""
