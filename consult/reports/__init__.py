"""What the call page shows beside the form: who may be calling, what was said before, what is and would be promised."""
