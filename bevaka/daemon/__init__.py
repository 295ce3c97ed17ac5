"""The daemon, which checks, sends and runs periodic jobs by itself."""
