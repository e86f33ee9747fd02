"""The API over workflows, runs and routes: read the request, one act of the domain, answer."""
