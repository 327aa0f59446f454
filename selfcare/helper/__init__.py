"""The part that changes this computer: a program of its own, standard library only (docs/design/repair.md)."""
