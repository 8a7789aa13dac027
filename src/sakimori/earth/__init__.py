"""The Earth under every flight and sensor: shape, rotation, gravity, air, bending of radar rays, lines of sight."""
