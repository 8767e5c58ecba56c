"""Messages that reach several channels once: Facebook, Instagram, LinkedIn, e-mail and SMS."""
