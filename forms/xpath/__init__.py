"""XPath as ODK XForms speaks it: parsed by elementpath, compiled once; it knows no chat."""
