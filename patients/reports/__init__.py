"""What pages show, put together from several rows."""
