"""Files of certificates and keys, of every form that administrators have them in: bytes in, certificates out."""
