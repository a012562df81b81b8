"""Where the town is kept: tables derived from the domain, who may see which rows, the audit, names apart."""
