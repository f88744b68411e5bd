"""What travels between stages: frozen records, named by their moment in the data's way."""
