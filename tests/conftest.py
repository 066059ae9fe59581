"""Settings of every property test: a busy machine is no failure, so nothing has a deadline."""

from hypothesis import settings

settings.register_profile("tongban", deadline=None)
settings.load_profile("tongban")
