"""标准: what is given of each kind of aid, year by year."""
