"""Aid, the fund, the year's figures."""
