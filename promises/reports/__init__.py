"""What pages and programs read about promises beyond the rows."""
