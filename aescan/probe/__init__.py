"""One target to one capture, over the network, within one deadline."""
