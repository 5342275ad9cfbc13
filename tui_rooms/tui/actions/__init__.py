"""What people can do: one table, from which come keys, key bar, help, palette and mouse."""
