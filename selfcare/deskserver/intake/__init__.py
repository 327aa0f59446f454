"""What comes in by other ways than the API, and what is read in what came: mail, codes, reports."""
