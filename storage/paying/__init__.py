"""Approved aid is paid: by whom, in parts or at once, corrected, failed or taken back."""
