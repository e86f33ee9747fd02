"""The API over packets, shares and verification."""
