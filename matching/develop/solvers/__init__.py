"""Which steps to take: capacitated maximal covering, to a proven bound."""
