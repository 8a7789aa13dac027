"""What one partner lets another know, and how late it arrives."""
