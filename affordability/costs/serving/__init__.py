"""Serving a model: the machines that hold it, what they cost an hour, how fast they answer."""
