"""ISP profiles: every outside name or address stands in one of the TOML files here."""

from selfcare.isp.loader import ProfileError, builtin_profiles, load_profile

__all__ = ["ProfileError", "builtin_profiles", "load_profile"]
