"""Sign-up, sign-in, invitations, and which account one is in."""
