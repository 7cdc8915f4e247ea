"""What `streamtts COMMAND` does, one command a file; `engine.cli` only finds the right one."""
