"""What programs print of a Wi-Fi, read by shape and never by language. Only where there is no native call."""
