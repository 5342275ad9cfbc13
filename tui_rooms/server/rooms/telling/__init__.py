"""What rooms tell their people, and those who look at the list of rooms."""
