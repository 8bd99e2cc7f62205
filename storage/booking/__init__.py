"""What moves the fund: payments of aid, what comes in, vouchers, records of the past."""
