"""Parts of a screen: each takes values, draws them, and posts messages."""
