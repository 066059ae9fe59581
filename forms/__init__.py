"""Dialogue forms: XLSForm and ODK XForms run one answer at a time; no chat and no database."""
