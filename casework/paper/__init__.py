"""The parts every paper has: letterhead, addressee, block under the address, signature, enclosures."""
