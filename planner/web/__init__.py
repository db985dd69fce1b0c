"""The local web page over the same scenarios and runs as the command line."""
