"""The story that `krid demo` tells: a state issues, a person holds, a bank verifies."""
