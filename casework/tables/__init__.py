"""Tables of the papers: rows of ready words, one dictionary a row, each table under its name."""
