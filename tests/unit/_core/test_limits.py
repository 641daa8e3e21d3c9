import ast
import inspect

from krid._core import limits


def test_every_limit_says_why_it_is_this_one() -> None:
    body = ast.parse(inspect.getsource(limits)).body
    for index, statement in enumerate(body):
        if isinstance(statement, ast.AnnAssign):
            reason = body[index + 1] if index + 1 < len(body) else None
            assert isinstance(reason, ast.Expr), ast.unparse(statement)
            assert isinstance(reason.value, ast.Constant), ast.unparse(statement)
            assert len(str(reason.value.value)) > 20, ast.unparse(statement)


def test_every_limit_is_a_positive_number() -> None:
    values = [value for name, value in vars(limits).items() if name.isupper()]
    assert len(values) > 10
    assert all(isinstance(value, int | float) and value > 0 for value in values)
