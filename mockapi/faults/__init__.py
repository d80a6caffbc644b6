"""Fault injection: `mockapi.faults.kinds` has one module per kind of fault."""
