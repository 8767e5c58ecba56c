"""Series: messages that recur by a rule, of which the tick makes one ordinary message at a time."""
