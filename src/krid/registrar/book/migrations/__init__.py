"""The steps from one version of the register's tables to the next, run by `migrate`."""
