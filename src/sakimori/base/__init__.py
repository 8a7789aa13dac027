"""What everything stands on: constants, units, shared types, errors, column names, keyed draws, the kernel mark."""
