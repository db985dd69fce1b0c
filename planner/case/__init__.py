"""Files in a data folder, read and validated into frozen Inputs."""
