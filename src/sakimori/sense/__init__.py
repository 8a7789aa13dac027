"""What the sensors could see and what they look at: radars, infrared sensors, orbits, visibility, tasking."""
