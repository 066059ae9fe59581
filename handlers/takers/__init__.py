"""What each form becomes in the record, one form a file; the dialogue itself is elsewhere."""
