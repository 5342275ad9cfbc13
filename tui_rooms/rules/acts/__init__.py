"""What people do in a room, matter by matter: each decides and applies its own."""
