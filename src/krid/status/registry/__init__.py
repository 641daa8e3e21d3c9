"""Status lists of a whole country in a database: indexes, changes, history, published tokens.

Every process that opens the same database works on the same lists. What is here needs SQLAlchemy
(`pip install 'krid[sql]'`), so `krid.status` loads it only when it is used.
"""
