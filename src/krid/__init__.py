"""krid: issue, hold and verify digital identity."""
