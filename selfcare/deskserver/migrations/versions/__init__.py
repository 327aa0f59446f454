"""One file per form. What stands in one that was released is never changed again."""
