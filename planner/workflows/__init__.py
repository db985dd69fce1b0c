"""What the commands do: read, solve or analyse, write, and say what came of it."""
