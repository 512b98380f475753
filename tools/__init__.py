"""What `make` calls: preparing the folder, serving, verifying, collecting texts. No part of the product at run time."""
