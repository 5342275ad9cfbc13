"""What people show at the door: tokens, passwords, invitations; and the keys behind them."""
