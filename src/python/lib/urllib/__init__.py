"""urllib: addresses, and what is there."""
