"""How the helper is reached on Windows: a service on a named pipe, or one run that its user let through for once."""

NAME = "SelfcareHelper"
PIPE = r"\\.\pipe\selfcare-helper"
# Who may do what with the service: whoever sits at this PC may start it and ask how it is.
RIGHTS = "D:(A;;CCLCSWRPWPDTLOCRRC;;;SY)(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;BA)(A;;CCLCSWRPLOCRRC;;;IU)"


def once(digits: str) -> str:
    """The pipe of one run, from the random digits it was told."""
    return rf"\\.\pipe\selfcare-{digits}"
