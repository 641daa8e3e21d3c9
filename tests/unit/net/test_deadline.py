import pytest

from krid.errors import Code, TransportError
from krid.net.deadline import Deadline


def test_counts_down_and_ends() -> None:
    moments = iter([100.0, 100.5, 101.9, 102.0])
    deadline = Deadline.after(2, lambda: next(moments))
    assert deadline.left() == 1.5
    assert deadline.left() == pytest.approx(0.1)
    with pytest.raises(TransportError) as error:
        deadline.left()
    assert error.value.code is Code.NET_TIME
