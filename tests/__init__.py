"""Tests by stage; `README.md` says which file asks what."""
