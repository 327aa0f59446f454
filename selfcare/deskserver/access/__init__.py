"""Who it is: agents, installs, subscribers, systems; what each may; what was read by whom."""
