"""The media engine in processes of its own: nothing that the server does is heard."""
