"""The guided form of a new case, made from the case schema.

`groups` says which sections stand together, `controls` turns a part of the schema and what is
typed into what a template shows, `typed` reads a sent form back, `standing` says how far the case
is, `views` are the pages.
"""
