"""XPath as ODK XForms speaks it: parsed by elementpath, compiled once; knows no form and no chat."""
