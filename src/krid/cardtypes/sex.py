"""Sex as registers know it: the one home of these numbers."""

from enum import IntEnum, unique


@unique
class Sex(IntEnum):
    """Sex as the register knows it, by its number in ISO/IEC 5218."""

    MALE = 1
    FEMALE = 2
