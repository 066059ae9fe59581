"""The composition root: settings, channels, the turn loop, the worker and the console script."""
