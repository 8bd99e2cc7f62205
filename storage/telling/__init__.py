"""Who is told what of due work and news, once."""
