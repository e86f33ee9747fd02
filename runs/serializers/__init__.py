"""The JSON of the API, in camelCase: what requests may say, and what answers look like."""
