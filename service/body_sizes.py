"""How many bytes a body may have."""

CASE_BYTES = 512 * 1024
BATCH_BYTES = 8 * 1024 * 1024
