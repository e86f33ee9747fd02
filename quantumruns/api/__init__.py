"""What all API answers share: parsing, problem details, pages, rates, and the published schema.

The settings name its modules one by one; the API itself is in ``runs`` and ``evidence``.
"""
