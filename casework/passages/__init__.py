"""The passages of the papers: small functions from facts to paragraphs."""
