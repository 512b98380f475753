"""What sets one of the hospital's own tags apart."""

VIP = "vip"  # its code, whatever the hospital calls it
