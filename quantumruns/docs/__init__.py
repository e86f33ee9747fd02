"""The public docs: Markdown under ``templates/docs/`` rendered ahead; tables made from code."""
