"""A shop's terminal: it learns whether a customer is 19 or older, and nothing else."""

from krid.web.shop.app import Till, shop_app
from krid.web.shop.knocking import Knocking
from krid.web.shop.near import NearTerminal

__all__ = ["Knocking", "NearTerminal", "Till", "shop_app"]
